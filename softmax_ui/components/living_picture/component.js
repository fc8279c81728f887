// Home's living picture: it stays as long as the page does.

/** @import { Props } from "../shared/streamlit.js" */
/** @import { Data } from "./types.js" */
import { find, staying } from "../shared/dom.js";
import { Picture } from "./picture.js";

/** @param {Props<Data>} props */
function begin(props) {
  return new Picture(find(props.parentElement, ".living-picture"), props);
}

/** @param {Picture} picture @param {Props<Data>} props */
function show(picture, props) {
  picture.send = props.setStateValue;
}

export default staying(begin, show, (picture) => picture.end());
