// Descend: the loss of the target class, and the logits walking down it.

/** @import { Board, Sheet, Type } from "./types.js" */
import { find, make } from "../shared/dom.js";
import { clamp_logit, show, show_exponential, show_logit } from "../shared/numbers.js";
import { make_type, plot_curve, sharpen } from "./charts.js";
import { fill, set_text } from "./dom.js";
import { lowered, make_slots } from "./formulas.js";
import { best_gap, descent_step, read_board } from "./math.js";

const CURVE_HEIGHT = 84; // CSS pixels

export function make_descent(/** @type {Board} */ board) {
  const { labels, root } = board;
  const place = find(root, ".descent");
  const [sum, smooth_sum, told, rule, gap] =
    [".loss-sum", ".smooth-sum", ".told", ".rule", ".gap"].map((name) => find(place, name));
  const canvas = find(place, "canvas");
  const loss_slots = make_slots();
  /** @type {Sheet} */
  let sheet;
  /** @type {Type} */
  let type;
  sum.replaceChildren(
    make("i", "", "L"), " = −ln ", lowered("p", "t"), " = −ln ",
    // The loss has digits where p has underflown.
    loss_slots.slot(({ loss }) => show_exponential(-(loss ?? NaN))),
    " = ", loss_slots.slot(({ loss }) => show(loss ?? NaN)),
  );

  smooth_sum.replaceChildren(
    make("i", "", "L"), " = −Σ ", lowered("y", "k"), " ln ", lowered("p", "k"), " = ",
    loss_slots.slot(({ loss }) => show(loss ?? NaN)),
  );

  function step() {
    const { state, reading } = board;
    const { p, loss, gradient } = reading;
    if (!gradient) return;
    if (!board.walk.length) board.walk.push({ p, loss, logits: [...state.logits] });
    const moved = descent_step(state.logits, gradient, state.temperature, state.learning_rate);
    state.logits = moved.map((o) => clamp_logit(o, board.limit));
    board.change("descent");
    const after = read_board(state);
    board.reading = after;
    board.walk.push({ p: after.p, loss: after.loss, logits: null });
  }

  function restart() {
    const start = board.walk[0]?.logits;
    if (!start) return;
    board.state.logits = [...start];
    board.walk = [];
    board.change("logits", { now: true });
  }

  function draw() {
    const { reading, state } = board;
    const aimed = state.target !== null;
    place.classList.toggle("idle", !aimed);
    // The chain rule through z = (o + c) / T divides the slope by T.
    const { temperature } = state;
    const error = state.smoothing > 0 ? "p − y" : "p − onehot(t)";
    const slope = temperature === 1 ? error : `(${error}) / ${show_logit(temperature)}`;
    set_text(rule, `o ← o − η ∂L/∂o,  ∂L/∂o = ${slope}`);
    if (aimed) loss_slots.draw(reading);
    const apart = temperature * best_gap(state.logits.length, state.smoothing);
    set_text(gap, state.smoothing > 0 ? fill(labels.best_gap, { gap: show(apart) })
      : labels.smoothing_hint);
    set_text(told, board.walk.length ? fill(labels.steps_taken, {
      count: board.walk.length - 1, before: show(board.walk[0].loss ?? NaN),
      after: show(reading.loss ?? NaN),
    }) : labels.walk_hint);
    draw_curve();
  }

  // The loss over the steps, from 0 to its largest value.
  function draw_curve() {
    const { pen, width, height } = sheet;
    const walk = board.walk.length ? board.walk : [board.reading];
    const losses = walk.map(({ loss }) => loss ?? NaN);
    const [left, right, top, floor] = [40, width - 6, 8, height - 16];
    const steps = losses.length - 1;
    const highest = Math.max(...losses.filter(Number.isFinite), 1e-9);
    const x = (/** @type {number} */ k) => left + ((right - left) * k) / Math.max(1, steps);
    const y = (/** @type {number} */ loss) =>
      floor - ((floor - top) * Math.min(loss, highest)) / highest;
    pen.clearRect(0, 0, width, height);
    pen.strokeStyle = board.paint.line;
    pen.lineWidth = 1;
    pen.strokeRect(left - 0.5, top - 3.5, right - left + 4, floor - top + 4);
    if (board.reading.loss === null) return;
    type.draw(pen, show(highest, 2), left - 6, top, 1);
    type.draw(pen, "0", left - 6, floor, 1);
    type.draw(pen, "0", left, height - 6);
    if (steps) type.draw(pen, String(steps), right, height - 6, 1);
    const points = losses.map((loss, k) => [x(k), y(loss)]);
    plot_curve(pen, board.paint.accent, points, points[steps], 3.5);
  }

  function measure() {
    const font = `11px ${board.paint.font}`;
    sheet = sharpen(canvas, CURVE_HEIGHT, font);
    type = make_type(font, board.paint.muted);
  }

  return { place, step, restart, draw, measure };
}
