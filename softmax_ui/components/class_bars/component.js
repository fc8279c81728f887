// A group of bars for each class. The bars stay the same nodes while their number does, so a change
// of a probability is seen as a movement.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ p: number, text: string, exact: string }} Bar */
/** @typedef {{ alt: string, height: number, labels: string[],
 *   classes: { name: string, colour: string, bars: Bar[] }[] }} Data */
import { find, make, staying } from "../shared/dom.js";

const NAMES_PX = 28;
const LEGEND_PX = 28;

/** @param {HTMLElement} place @param {Data} data */
function build(place, { labels, classes }) {
  const legend = labels.map((label, row) =>
    make("span", "label", [make("i", `key row-${Math.min(row, 1)}`), label]));
  const groups = classes.map(({ bars }) => make("div", "class", [
    make("div", "group", bars.map((_, row) => make("div", "slot", [
      make("span", "value"), make("div", `bar row-${Math.min(row, 1)}`),
    ]))),
    make("div", "name"),
  ]));
  place.replaceChildren(make("div", "groups", groups), make("div", "legend", legend));
}

/** @param {HTMLElement} place @param {Data} data */
function show(place, data) {
  const { alt, height, labels, classes } = data;
  const shape = JSON.stringify([labels, classes.map(({ bars }) => bars.length)]);
  if (place.dataset.shape !== shape) build(place, data);
  place.dataset.shape = shape;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", alt);
  const room = height - NAMES_PX - (labels.length ? LEGEND_PX : 0);
  place.style.setProperty("--room", `${room}px`);
  classes.forEach(({ name, colour, bars }, k) => {
    const group = place.querySelectorAll(".class")[k];
    find(group, ".name").textContent = name;
    bars.forEach(({ p, text, exact }, row) => {
      const slot = /** @type {HTMLElement} */ (group.querySelectorAll(".slot")[row]);
      slot.style.setProperty("--p", String(p));
      slot.style.setProperty("--colour", colour);
      slot.title = `${name}: ${exact}`;
      find(slot, ".value").textContent = text;
    });
  });
}

export default staying(
  (/** @type {Props<Data>} */ { parentElement }) => find(parentElement, ".class-bars"),
  (place, { data }) => show(place, data),
  () => {},
);
