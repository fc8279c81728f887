// One board lives per root; showing it again with other data changes what it shows.

/** @import { Board, Data } from "./types.js" */
import { when_gone } from "../shared/dom.js";
import { hydrate, make_board } from "./board.js";

/** @type {WeakMap<Node, Board>} */
const boards = new WeakMap();

/** @param {import("../shared/streamlit.js").Props<Data>} props */
export default function show_board({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement;
  const board = boards.get(root) ?? make_board(root);
  boards.set(root, board);
  board.send = (state) => setStateValue("board", state);
  board.paste = (text) => setTriggerValue("pasted", text.slice(0, 4000));
  hydrate(board, data);
  return when_gone(root, () => {
    board.stop();
    boards.delete(root);
  });
}
