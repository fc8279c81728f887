// Push one logit: what the Jacobian predicts beside what really happens.

/** @import { Board, ClassSheet, Sheet, Type } from "./types.js" */
import { find, make } from "../shared/dom.js";
import { round_below, show, show_logit, show_signed } from "../shared/numbers.js";
import { class_sheet, make_type, name_column, plot_curve, sharpen } from "./charts.js";
import { fill, set_text } from "./dom.js";
import { push_of } from "./math.js";
import { linear, make_slider } from "./sliders.js";

const FARTHEST = 4; // the largest push
const POINTS = 81; // of the curve of errors
const AXIS = 18; // room for the numbers under a chart, in CSS pixels
const CURVE_TICKS = [-4, -2, 0, 2, 4];

export function make_push(/** @type {Board} */ board) {
  const { labels, root } = board;
  const place = find(root, ".push");
  const told = find(place, ".told");
  const choice = find(place, "select");
  const [bars, curve] = place.querySelectorAll("canvas");
  const deltas = Array.from({ length: POINTS }, (_, k) => FARTHEST * ((2 * k) / (POINTS - 1) - 1));
  /** @type {[ClassSheet, Sheet]} */
  let sheets;
  /** @type {Type} */
  let type;
  choice.addEventListener("change", () => {
    board.push.j = Number(choice.value);
    board.change("push");
  });
  const slider = make_slider(board, ".push .slider", {
    kind: "push", scale: linear(-FARTHEST, FARTHEST, 0.01), read: () => board.push.delta,
    write: (value) => (board.push.delta = value),
    low: -FARTHEST, high: FARTHEST, step: 0.1, rest: 0,
  });

  function settle() {
    const { names } = board.state;
    board.push.j = Math.min(board.push.j, names.length - 1);
    const options = names.map((name, k) => make("option", "", `${k + 1} ${name}`, { value: k }));
    choice.replaceChildren(...options);
    choice.value = String(board.push.j);
    if (sheets) sheets[0].column = name_column(sheets[0], names, AXIS, board.paint.muted);
  }

  const pushed = (/** @type {number} */ delta) =>
    push_of(board.reading, board.state.temperature, board.push.j, delta);

  // Predicted: a hollow ring. Real: a filled dot. Between them: the error.
  function draw_bars(/** @type {ReturnType<typeof push_of>} */ { real, predicted }) {
    const { pen, width, height, column } = sheets[0];
    const floor = height - AXIS;
    const tall = floor / real.length;
    const widest = Math.max(1e-3, ...real.map(Math.abs), ...predicted.map(Math.abs));
    const [left, right] = [column.width + 8, width - 10];
    const x = (/** @type {number} */ change) =>
      left + (right - left) * (0.5 + (0.5 * change) / widest);
    const radius = tall < 15 ? 3 : 4.5;
    const circle = (/** @type {number} */ change, /** @type {number} */ y) => {
      pen.beginPath();
      pen.arc(x(change), y, radius, 0, 7);
      pen.fill();
      pen.stroke();
    };
    pen.clearRect(0, 0, width, height);
    column.draw(pen);
    const tick = round_below(widest);
    for (const change of [-tick, 0, tick]) {
      pen.fillStyle = board.paint.line;
      pen.fillRect(Math.round(x(change)), 0, 1, floor);
      type.draw(pen, `${change > 0 ? "+" : ""}${show_logit(change)}`, x(change), height - 6, 0.5);
    }
    pen.lineWidth = 2;
    for (let k = 0; k < real.length; k++) {
      const y = (k + 0.5) * tall;
      pen.strokeStyle = pen.fillStyle = board.colours[k % board.colours.length];
      pen.beginPath();
      pen.moveTo(x(real[k]), y);
      pen.lineTo(x(predicted[k]), y);
      pen.stroke();
      circle(real[k], y);
      pen.fillStyle = board.paint.surface;
      circle(predicted[k], y);
    }
  }

  function draw_curve(/** @type {number} */ here) {
    const { pen, width, height } = sheets[1];
    const errors = deltas.map((delta) => pushed(delta).error);
    const top = Math.max(1e-9, here, ...errors);
    const [left, right, floor] = [6, width - 6, height - AXIS];
    const x = (/** @type {number} */ delta) =>
      (left + right) / 2 + ((right - left) / 2) * (delta / FARTHEST);
    const y = (/** @type {number} */ error) => floor - ((floor - 18) * error) / top;
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = board.paint.line;
    pen.fillRect(left, floor, right - left, 1);
    pen.fillRect(Math.round(x(0)), 14, 1, floor - 14);
    CURVE_TICKS.forEach((tick, k) => {
      type.draw(pen, show_logit(tick), x(tick), height - 6, k / (CURVE_TICKS.length - 1));
    });
    const is_rising = errors[POINTS - 1] >= errors[0];
    type.draw(pen, show(top), is_rising ? right : left, 7, is_rising ? 1 : 0);
    const points = errors.map((error, k) => [x(deltas[k]), y(error)]);
    plot_curve(pen, board.paint.accent, points, [x(board.push.delta), y(here)], 4.5);
  }

  function draw() {
    const { j, delta } = board.push;
    const result = pushed(delta);
    const half = pushed(delta / 2).error;
    slider.draw();
    draw_bars(result);
    draw_curve(result.error);
    set_text(told, delta === 0 ? labels.push_hint : fill(labels.push_told, {
      name: board.state.names[j], predicted: show_signed(result.predicted[j], 4),
      real: show_signed(result.real[j], 4), error: show(result.error),
      ratio: half > 1e-13 ? (result.error / half).toFixed(1) : "–",
    }));
  }

  function measure() {
    const lines = class_sheet(board, bars, AXIS);
    sheets = [lines, sharpen(curve, lines.height, lines.pen.font)];
    type = make_type(`11px ${board.paint.font}`, board.paint.muted);
  }

  return { place, draw, settle, measure };
}
