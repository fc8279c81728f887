// A reliability diagram, its slider T and the figures: looked up for each place of the slider.

/** @import { Props } from "../shared/streamlit.js" */
/** @import { Data, Kept } from "./types.js" */
import { find, make, make_svg, staying } from "../shared/dom.js";
import { clamp } from "../shared/numbers.js";
import { draw, look_of, SIZE } from "./diagram.js";

function update(/** @type {Kept} */ kept) {
  const { data, place, range } = kept;
  const { temperature, figures } = data.moments[place];
  range.value = String(place);
  kept.value.textContent = `T = ${temperature}`;
  range.setAttribute("aria-valuetext",
    [`T = ${temperature}`, ...data.rows.map((row, k) => `${row} ${figures[k]}`)].join("; "));
  kept.cells.forEach((cell, k) => (cell.textContent = figures[k]));
  draw(kept.svg, data, place);
}

function go_to(/** @type {Kept} */ kept, /** @type {number} */ place) {
  kept.place = clamp(place, 0, kept.data.moments.length - 1);
  update(kept);
}

function release(/** @type {Kept} */ kept) {
  kept.dragging = false;
  if (kept.place === kept.told) return;
  kept.told = kept.place;
  kept.sent.push(kept.place);
  kept.report(kept.place);
}

function legend(/** @type {Data} */ data) {
  /** @param {string} name @param {string} colour @param {Record<string, string>} look */
  const entry = (name, colour, look) => {
    const line = make_svg("line", { x2: 28, y1: 4, y2: 4, ...look });
    line.style.stroke = colour;
    return make("li", "", [make_svg("svg", { viewBox: "0 0 28 8", class: "mark" }, line), name]);
  };
  return make("ul", "legend", [
    entry(data.name, data.colour, { class: "main" }),
    ...data.others.map(({ name, colour }, k) =>
      entry(name, colour, look_of(k, data.others.length))),
  ]);
}

function build(/** @type {Kept} */ kept) {
  const { data, root } = kept;
  kept.range = make("input", "", "", {
    type: "range", min: 0, max: data.moments.length - 1, step: 1,
    "aria-label": data.labels.temperature,
  });
  kept.range.addEventListener("input", () => {
    kept.dragging = true;
    go_to(kept, Number(kept.range.value));
  });
  kept.range.addEventListener("change", () => release(kept));
  const jumps = data.jumps.map(({ label, place }) => {
    const button = make("button", "", label, { type: "button" });
    button.addEventListener("click", () => {
      go_to(kept, place);
      release(kept);
    });
    return button;
  });
  kept.value = make("output", "value");
  const head = make("div", "head", [make("span", "", data.labels.temperature), kept.value]);
  kept.svg = make_svg("svg", {
    viewBox: `0 0 ${SIZE.join(" ")}`, role: "img", "aria-label": data.labels.alt,
  });
  kept.cells = data.rows.map(() => make("dd"));
  const rows = data.rows.map((row, k) => make("div", "", [make("dt", "", row), kept.cells[k]]));
  const control = make("div", "control", [head, kept.range, make("div", "jumps", jumps)]);
  root.replaceChildren(make("div", "inner", [
    control,
    make("figure", "", [kept.svg, data.others.length ? legend(data) : null]),
    make("dl", "figures", rows),
  ]));
}

// The echo of what we told Python is no news; anything else is, unless a hand is on the slider.
function hydrate(/** @type {Kept} */ kept, /** @type {boolean} */ is_renewed) {
  const heard = kept.data.place;
  const echo = kept.sent.indexOf(heard);
  if (echo >= 0) kept.sent.splice(0, echo + 1);
  if (is_renewed || (echo < 0 && heard !== kept.heard && !kept.dragging)) {
    kept.place = kept.told = heard;
  }
  kept.heard = heard;
}

/** @returns {Kept} */
function mount(/** @type {Props<Data>} */ { parentElement }) {
  return /** @type {Kept} */ ({
    root: find(parentElement, ".reliability"), place: 0, told: 0, heard: null, dragging: false,
    sent: /** @type {number[]} */ ([]),
  });
}

/** @param {Kept} kept @param {Props<Data>} props */
function show(kept, { data, setStateValue }) {
  kept.report = (place) => setStateValue("place", place);
  const is_renewed = kept.data?.revision !== data.revision;
  kept.data = data;
  hydrate(kept, is_renewed);
  if (is_renewed) build(kept);
  update(kept);
}

export default staying(mount, show, () => {});
