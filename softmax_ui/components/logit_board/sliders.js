// Temperature, common shift, learning rate and push: a native range and a number field each.

/** @import { Board, Scale, Slider } from "./types.js" */
import { find } from "../shared/dom.js";
import { clamp, show_logit, tidy } from "../shared/numbers.js";
import { number_field, set_attribute } from "./dom.js";

/** @type {(low: number, high: number) => Scale} */
export function logarithmic(low, high) {
  return {
    value: (position) => Number((low * (high / low) ** (position / 1000)).toPrecision(3)),
    position: (value) => Math.round((1000 * Math.log(value / low)) / Math.log(high / low)),
  };
}

/** @type {(low: number, high: number, step: number) => Scale} */
export function linear(low, high, step) {
  return {
    value: (position) => tidy(low + ((high - low) * position) / 1000, step),
    position: (value) => Math.round((1000 * (clamp(value, low, high) - low)) / (high - low)),
  };
}

/** @param {Board} board @param {string} selector @param {Slider} options */
export function make_slider(board, selector, options) {
  const { kind, scale, read, write, low, high, step, rest } = options;
  const place = find(board.root, selector);
  const range = find(place, "input");
  const symbol = find(place, "i").textContent;
  const set = (/** @type {number} */ value, /** @type {boolean} */ done) => {
    write(value);
    board.change(kind, { now: done });
  };
  range.addEventListener("input", () => {
    board.hold(true);
    const position = Number(range.value);
    // Near its resting value the slider falls into place: T = 1 and c = 0 are worth coming back to.
    const near = Math.abs(position - scale.position(rest)) <= 8;
    set(near ? rest : scale.value(position), false);
  });
  // A finger that scrolls the page over a range sets it first, where the range was touched.
  let before = read();
  range.addEventListener("pointerdown", () => (before = read()));
  range.addEventListener("pointercancel", () => {
    board.hold(false);
    set(before, true);
  });
  range.addEventListener("change", () => {
    board.hold(false);
    board.flush();
  });
  range.addEventListener("keydown", (event) => {
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const stride = event.shiftKey ? 100 : 10;
    const position = clamp(scale.position(read()) + direction * stride, 0, 1000);
    set(scale.value(position), false);
  });
  range.addEventListener("keyup", () => board.flush());
  range.addEventListener("dblclick", () => set(rest, true));
  const number = number_field("knob-number", {
    misread: board.misread, read, low, high, step: () => step,
    write: (value, done) => {
      if (value !== read()) set(value, false);
      if (done) board.flush();
    },
  });
  find(place, ".field").replaceChildren(number.field);
  return {
    draw() {
      const position = String(scale.position(read()));
      if (range.value !== position) range.value = position;
      set_attribute(range, "aria-valuetext", `${symbol} = ${show_logit(read())}`);
      set_attribute(number.field, "aria-label", range.ariaLabel ?? "");
      number.draw();
    },
  };
}
