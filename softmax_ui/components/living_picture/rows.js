// A row a class: its template, its logit as a handle, its probability.

/** @import { Data } from "./types.js" */
import { from_hex } from "../shared/colour.js";
import { make, pen_of, set_property } from "../shared/dom.js";
import { show_logit } from "../shared/numbers.js";
import { fill } from "./film.js";

const STEP = 0.1;
const LEAST = 0.0005;

// Draws amounts or brightnesses as colours.
/** @type {(canvas: HTMLCanvasElement, size: [number, number],
 *  colour: (place: number) => number[]) => void} */
export function paint(canvas, [height, width], colour) {
  if (canvas.height !== height) canvas.height = height;
  if (canvas.width !== width) canvas.width = width;
  const image = new ImageData(width, height);
  for (let place = 0; place < width * height; place++) {
    const [r, g, b] = colour(place);
    image.data.set([r, g, b, 255], 4 * place);
  }
  pen_of(canvas).putImageData(image, 0, 0);
}

class Row {
  /** @param {string} name @param {string} colour @param {Data} data
   * @param {(row: Row, logit: number, done: boolean) => void} told */
  constructor(name, colour, data, told) {
    this.template = make("canvas", "template", "", { "aria-hidden": "true" });
    this.range = make("input", "", "", {
      type: "range", step: STEP, "aria-label": fill(data.labels.logit_of, { name }), disabled: "",
    });
    this.logit = make("span", "number");
    this.bar = make("span", "filled");
    this.probability = make("span", "number");
    const bar = make("span", "bar", this.bar, { "aria-hidden": "true" });
    const parts = [this.template, make("span", "name", name), this.range, this.logit, bar,
      this.probability];
    this.node = make("div", "row", parts);
    this.node.style.setProperty("--class", colour);
    this.listen((logit, done) => told(this, logit, done));
  }

  /** @param {(logit: number, done: boolean) => void} told */
  listen(told) {
    const { range } = this;
    // A finger that scrolls the page over a range sets it first, where the range was touched.
    let before = 0;
    range.addEventListener("pointerdown", () => (before = Number(range.value)));
    range.addEventListener("pointercancel", () => told(before, true));
    range.addEventListener("input", () => told(Number(range.value), false));
    range.addEventListener("change", () => told(Number(range.value), true));
  }

  reach(/** @type {number} */ span) {
    this.range.min = String(-span);
    this.range.max = String(span);
  }

  /** @param {number} logit @param {number} p @param {boolean} is_largest @param {number} span */
  draw(logit, p, is_largest, span) {
    const value = String(Math.round(logit / STEP) * STEP);
    if (Math.abs(Number(this.range.value) - logit) >= STEP / 2) this.range.value = value;
    const shown = show_logit(logit, 2);
    this.range.setAttribute("aria-valuetext", shown);
    const share = 0.5 + logit / (2 * span);
    this.node.style.setProperty("--low", String(Math.min(share, 0.5)));
    this.node.style.setProperty("--high", String(Math.max(share, 0.5)));
    set_property(this.logit, "textContent", shown);
    this.bar.style.transform = `scaleX(${p})`;
    set_property(this.probability, "textContent", p < LEAST ? "<0.001" : p.toFixed(3));
    this.node.classList.toggle("largest", is_largest);
  }
}

export class Rows {
  /** @param {Data} data @param {(k: number, logit: number, done: boolean) => void} told */
  constructor(data, told) {
    const { labels } = data;
    this.colours = data.shades.map(from_hex);
    this.middle = (data.shades.length - 1) / 2;
    this.rows = data.classes.map((name, k) =>
      new Row(name, data.colours[k], data, (_row, logit, done) => told(k, logit, done)));
    const heads = ["template", "logit", "probability"]; // each over two columns
    const head = make("div", "row head", heads.map((each) => make("span", "", labels[each])));
    this.node = make("div", "rows", [head, ...this.rows.map((row) => row.node)]);
  }

  reach(/** @type {number} */ span) {
    for (const row of this.rows) row.reach(span);
  }

  open(/** @type {boolean} */ is_open) {
    for (const { range } of this.rows) range.disabled = !is_open;
  }

  /** @param {Int8Array} shades @param {[number, number]} size */
  draw_templates(shades, size) {
    const pixels = size[0] * size[1];
    this.rows.forEach(({ template }, k) => paint(template, size,
      (place) => this.colours[shades[k * pixels + place] + this.middle]));
  }

  /** @param {number[]} logits @param {number[]} p @param {number} span */
  draw(logits, p, span) {
    const largest = Math.max(...p);
    this.rows.forEach((row, k) => row.draw(logits[k], p[k], p[k] === largest, span));
  }
}
