// What the document around a page is told: its language, the theme's colours for page.css, and what
// Streamlit does not do by itself (each in a file of softmax_ui/streamlit_inside).

/** @import { Ahead } from "../../streamlit_inside/ahead.js" */
/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {Ahead & { language: string, words: Record<string, string> }} Data */
import { fetch_ahead } from "../../streamlit_inside/ahead.js";
import { on_return } from "../../streamlit_inside/connection.js";
import { enter_checks_an_answer } from "../../streamlit_inside/enter.js";
import { keep_one_entry_per_page } from "../../streamlit_inside/history.js";
import { keep_lines_when_pasting } from "../../streamlit_inside/lines.js";
import { mark_open_page, skip_menu } from "../../streamlit_inside/menu.js";
import { keep_the_place } from "../../streamlit_inside/place.js";
import { bring_replies_into_view } from "../../streamlit_inside/reply.js";
import { let_fingers_scroll_over_sliders } from "../../streamlit_inside/sliders.js";
import { speak } from "../../streamlit_inside/words.js";

// Streamlit defines its --st-* variables on components only; page.css needs these on the document.
const LENT = ["background-color", "secondary-background-color", "border-color", "text-color",
  "primary-color"];

/** @type {Props<Data> | null} */
let newest = null;

keep_one_entry_per_page();
keep_lines_when_pasting();
skip_menu();
keep_the_place();
bring_replies_into_view();
let_fingers_scroll_over_sliders();
enter_checks_an_answer();
on_return(() => newest?.setTriggerValue("returned", true));

/** @param {Props<Data>} props */
export default function (props) {
  newest = props;
  const { data, parentElement } = props;
  const root = document.documentElement;
  const theme = getComputedStyle(/** @type {Element} */ (parentElement));
  for (const name of LENT) {
    root.style.setProperty(`--st-${name}`, theme.getPropertyValue(`--st-${name}`));
  }
  mark_open_page();
  speak(data.language, data.words);
  fetch_ahead(data);
}
