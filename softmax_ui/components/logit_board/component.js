// Streamlit calls this on every change of the data or the theme; one board lives per root.
const boards = new WeakMap();

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement;
  const board = boards.get(root) ?? make_board(root);
  boards.set(root, board);
  board.send = (state) => setStateValue("board", state);
  board.paste = (text) => setTriggerValue("pasted", text.slice(0, 4000));
  hydrate(board, data);
  return () => {
    board.stop();
    boards.delete(root);
  };
}
