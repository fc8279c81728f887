// One board lives per root; showing it again with other data changes what it shows.
const boards = new WeakMap();

export function show_board({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement;
  const board = boards.get(root) ?? make_board(root);
  boards.set(root, board);
  board.send = (state) => setStateValue("board", state);
  board.paste = (text) => setTriggerValue("pasted", text.slice(0, 4000));
  hydrate(board, data);
  return () => {
    // Also called between two renders of the same node: only a board that left the page ends.
    setTimeout(() => {
      if (root.querySelector(".board")?.isConnected) return;
      board.stop();
      boards.delete(root);
    });
  };
}
