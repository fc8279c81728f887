// Brings a heading into view, once for each time that a click has asked for it.

/** @import { Props as AllProps } from "../shared/streamlit.js" */
/** @typedef {{ name: string, title: string, count: number }} Asked what arrives, how often asked */
/** @typedef {{ key: string, selector: string }} Place */
/** @typedef {Asked & Place & { takes_focus: boolean, to_top: boolean }} Data */
/** @typedef {Pick<AllProps<Data>, "data" | "parentElement">} Props */
import { lower_edge } from "../../streamlit_inside/menu.js";
import { find, make, set_property } from "../shared/dom.js";

/** @type {Map<string, number>} */
const revealed = new Map();
// The page is drawn piece by piece, which pushes a heading about; whoever moves the page, decides.
const LOOKS_MS = [0, 400, 1000, 1800];
const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];

/** @param {Element} heading @param {boolean} has_more what is below it without a heading */
function is_seen(heading, has_more) {
  const { top, bottom } = heading.getBoundingClientRect();
  return top >= lower_edge() && bottom <= innerHeight * (has_more ? 0.4 : 0.8);
}

/** @param {() => HTMLElement | null} found @param {Data} data */
function bring(found, { takes_focus, to_top }) {
  const is_calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const looks = LOOKS_MS.map((wait, place) => setTimeout(() => {
    const heading = found();
    if (!heading) return;
    if (takes_focus && document.activeElement !== heading) {
      if (heading.tabIndex < 0) heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    if (is_seen(heading, to_top && !takes_focus)) return;
    const behavior = is_calm || place ? "instant" : "smooth";
    // Of a field what is said above and below it is to be seen, too.
    const block = takes_focus ? "center" : "nearest";
    heading.scrollIntoView({ behavior, block: to_top ? "start" : block });
  }, wait));
  const end = () => {
    looks.forEach(clearTimeout);
    for (const kind of MOVES) removeEventListener(kind, end, true);
  };
  for (const kind of MOVES) addEventListener(kind, end, true);
  setTimeout(end, LOOKS_MS[LOOKS_MS.length - 1] + 1);
}

/** @param {Props} props */
export default function ({ data, parentElement }) {
  const box = find(parentElement, ".arrival");
  if (data.title && !box.firstElementChild) box.append(make("h3"));
  const own = /** @type {HTMLElement | null} */ (box.firstElementChild);
  if (own) set_property(own, "textContent", data.title);
  const place = `.st-key-${data.key}`;
  /** @returns {HTMLElement | null} */
  const there = () => document.querySelector(`${place} ${data.selector}`)
    ?? document.querySelector(place);
  const is_asked = data.count > (revealed.get(data.name) ?? 0);
  revealed.set(data.name, data.count);
  if (is_asked) bring(() => (data.key ? there() : own), data);
}
