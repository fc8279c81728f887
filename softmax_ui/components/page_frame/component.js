// What the document around a page is told: its language, the theme's colours for page.css, and what
// Streamlit does not do by itself (each in a file beside this one).

import { fetch_ahead } from "./ahead.js";
import { keep_one_entry_per_page } from "./history.js";
import { mark_open_page, skip_menu } from "./menu.js";
import { speak } from "./words.js";

// Streamlit defines its --st-* variables on components only; page.css needs these on the document.
const LENT = ["background-color", "secondary-background-color", "border-color", "text-color",
  "primary-color"];

/**
 * @typedef {object} Data
 * @property {string} language
 * @property {Record<string, string>} words
 * @property {string[]} widgets
 * @property {string[]} highlighter
 * @property {string[]} ours
 */

/** @param {import("../shared/streamlit.js").Props<Data>} props */
export default function ({ data, parentElement }) {
  keep_one_entry_per_page();
  const root = document.documentElement;
  const theme = getComputedStyle(/** @type {Element} */ (parentElement));
  for (const name of LENT) {
    root.style.setProperty(`--st-${name}`, theme.getPropertyValue(`--st-${name}`));
  }
  mark_open_page();
  skip_menu();
  speak(data.language, data.words);
  fetch_ahead(data);
}
