// Brings a heading into view, once for each time that a click has asked for it.

/** @import { Props as AllProps } from "../shared/streamlit.js" */
/** @typedef {{ name: string, title: string, key: string, count: number }} Asked */
/** @typedef {Asked & { takes_focus: boolean }} Data */
/** @typedef {Pick<AllProps<Data>, "data" | "parentElement">} Props */
import { find, make, set_property } from "../shared/dom.js";

/** @type {Map<string, number>} */
const revealed = new Map();
// The page is drawn piece by piece, which pushes a heading about; whoever moves the page, decides.
const LOOKS_MS = [0, 400, 1000, 1800];
const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];

function is_seen(/** @type {Element} */ heading) {
  const { top, bottom } = heading.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight * 0.8;
}

/** @param {() => HTMLElement | null} found @param {boolean} takes_focus */
function bring(found, takes_focus) {
  const is_calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const looks = LOOKS_MS.map((wait, place) => setTimeout(() => {
    const heading = found();
    if (!heading) return;
    if (takes_focus && document.activeElement !== heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    if (is_seen(heading)) return;
    const behavior = is_calm || place ? "instant" : "smooth";
    heading.scrollIntoView({ behavior, block: takes_focus ? "start" : "nearest" });
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
  const place = `.st-key-${data.key} :is(h1, h2, h3)`;
  const is_asked = data.count > (revealed.get(data.name) ?? 0);
  revealed.set(data.name, data.count);
  if (is_asked) bring(() => (data.key ? document.querySelector(place) : own), data.takes_focus);
}
