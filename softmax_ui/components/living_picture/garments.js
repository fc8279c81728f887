// The picture that the model looks at, large, and the others to choose from.

/** @import { Data, Film } from "./types.js" */
import { make, set_property } from "../shared/dom.js";
import { fill } from "./film.js";
import { paint } from "./rows.js";

export class Garments {
  /** @param {Data} data @param {(position: number) => void} chosen */
  constructor(data, chosen) {
    this.data = data;
    this.canvas = make("canvas", "garment", "", { role: "img" });
    this.label = make("p", "label");
    this.prediction = make("p", "prediction");
    this.choices = data.classes.map((_, position) => {
      const button = make("button", "", make("canvas"), { type: "button", disabled: "" });
      button.addEventListener("click", () => chosen(position));
      return button;
    });
    const group = make("div", "choices", this.choices,
      { role: "group", "aria-label": data.labels.choose });
    const said = make("div", "said", [this.label, this.prediction]);
    this.node = make("div", "garments", [this.canvas, said, group]);
  }

  show(/** @type {Film} */ film) {
    this.choices.forEach((button, position) => {
      button.hidden = position >= film.garments.length;
      if (button.hidden) return;
      button.setAttribute("aria-label", this.data.classes[film.labels[position]]);
      this.paint(/** @type {HTMLCanvasElement} */ (button.firstChild), film, position);
    });
  }

  open(/** @type {boolean} */ is_open) {
    for (const button of this.choices) button.disabled = !is_open;
  }

  /** @param {HTMLCanvasElement} canvas @param {Film} film @param {number} position */
  paint(canvas, film, position) {
    const grey = film.garments[position];
    paint(canvas, film.size, (place) => [grey[place], grey[place], grey[place]]);
  }

  /** @param {Film} film @param {number} position */
  choose(film, position) {
    const { classes, labels } = this.data;
    const name = classes[film.labels[position]];
    this.paint(this.canvas, film, position);
    this.canvas.setAttribute("aria-label", fill(labels.picture_of, { name }));
    set_property(this.label, "textContent", fill(labels.true_class, { name }));
    for (const [k, button] of this.choices.entries()) {
      button.setAttribute("aria-pressed", String(k === position));
    }
  }

  /** @param {number} predicted @param {boolean} is_right */
  predict(predicted, is_right) {
    const { classes, labels } = this.data;
    const said = fill(labels.predicted, { name: classes[predicted] });
    set_property(this.prediction, "textContent", `${said} ${is_right ? "✓" : "✗"}`);
    this.prediction.classList.toggle("wrong", !is_right);
  }
}
