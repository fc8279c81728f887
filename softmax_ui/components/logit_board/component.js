// One board lives per root; showing it again with other data changes what it shows.

/** @import { Props } from "../shared/streamlit.js" */
/** @import { Board, Data } from "./types.js" */
import { staying } from "../shared/dom.js";
import { hydrate, make_board } from "./board.js";

export default staying(
  (/** @type {Props<Data>} */ { parentElement }) => make_board(parentElement),
  (/** @type {Board} */ board, { data, setStateValue, setTriggerValue }) => {
    board.send = (state) => setStateValue("board", state);
    board.paste = (text) => setTriggerValue("pasted", text.slice(0, 4000));
    hydrate(board, data);
  },
  (board) => board.stop(),
);
