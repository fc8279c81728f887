// Pictures in place: an <img> that stays and changes its source does not flicker.

/** @import { Picture, Props } from "./types.js" */
import { find, make, set_property } from "../shared/dom.js";

function cell(/** @type {boolean} */ choosable) {
  const inside = [make("img"), make("span")];
  if (!choosable) return make("figure", "cell", inside);
  return make("button", "cell", inside, { type: "button" });
}

function draw_picture(/** @type {Element} */ outer, /** @type {Picture} */ picture) {
  const image = /** @type {HTMLImageElement} */ (outer.children[0]);
  set_property(image, "src", picture.source);
  set_property(image, "alt", picture.alt);
  set_property(outer.children[1], "textContent", picture.caption);
}

/** @param {Props} props */
export default function ({ data, parentElement, setTriggerValue }) {
  const grid = find(parentElement, ".picture-grid");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", data.label);
  grid.style.setProperty("--size", `${data.size}px`);
  const kind = data.choosable ? "BUTTON" : "FIGURE";
  if (grid.firstElementChild && grid.firstElementChild.tagName !== kind) grid.replaceChildren();
  while (grid.children.length > data.pictures.length) grid.lastElementChild?.remove();
  while (grid.children.length < data.pictures.length) grid.append(cell(data.choosable));
  data.pictures.forEach((picture, position) => {
    const outer = /** @type {HTMLElement} */ (grid.children[position]);
    draw_picture(outer, picture);
    if (!data.choosable) return;
    outer.onclick = () => setTriggerValue("chosen", position);
    outer.setAttribute("aria-pressed", String(data.chosen.includes(position)));
  });
}
