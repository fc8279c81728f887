// The numbers for all classes together, what z is, and whether Python agrees.

/** @import { Board, Reading, State } from "./types.js" */
import { find } from "../shared/dom.js";
import { show, show_logit } from "../shared/numbers.js";
import { fill, set_attribute, set_text } from "./dom.js";
import { arguments_of, probabilities_of } from "./math.js";

export function make_summary(/** @type {Board} */ board) {
  const { labels, root } = board;
  /** @type {[string, (r: Reading) => number, number][]} */
  const shown = [
    [".entropy", (r) => r.entropy, 3], [".bits", (r) => r.bits, 3],
    [".perplexity", (r) => r.perplexity, 3], [".largest", (r) => r.largest, 4],
    [".half-norm", (r) => r.half_norm, 4], [".loss", (r) => r.loss ?? NaN, 4],
  ];
  const totals = shown.map(([name, read, digits]) => ({ node: find(root, name), read, digits }));
  const [low, high, mapping, still, sums, agreement] = [
    ".low", ".high", ".mapping", ".still", ".sums", ".agreement",
  ].map((name) => find(root, name));

  function draw() {
    const { reading, state, span } = board;
    hear();
    for (const { node, read, digits } of totals) set_text(node, show(read(reading), digits));
    set_text(low, `−${span}`);
    set_text(high, `+${span}`);
    const bare = probabilities_of(arguments_of(state.logits, state.temperature, 0)).p;
    const moved = Math.max(...bare.map((value, k) => Math.abs(value - reading.p[k])));
    const told = moved === 0 ? labels.nothing_moved : labels.hardly_moved;
    set_text(still, state.shift === 0 ? labels.shift_hint : fill(told, { change: show(moved) }));
    set_text(mapping, mapping_of(state));
  }

  // z = (o + c) / T, without what does nothing.
  function mapping_of(/** @type {State} */ { shift, temperature }) {
    const shifted = shift === 0 ? "o" : `o ${shift < 0 ? "−" : "+"} ${show_logit(Math.abs(shift))}`;
    if (temperature === 1) return `z = ${shifted}`;
    return `z = ${shift === 0 ? shifted : `(${shifted})`} / ${show_logit(temperature)}`;
  }

  // What Python says: whether it has answered the last change, and how far its numbers are.
  function hear() {
    const { reading, data } = board;
    const answered = data.truth.serial === board.serial;
    set_attribute(agreement, "data-serial", answered ? String(board.serial) : "");
    if (!answered) return;
    const { probabilities } = data.truth;
    const apart = Math.max(...probabilities.map((value, k) => Math.abs(value - reading.p[k])));
    set_attribute(agreement, "data-apart", String(apart));
    const told = apart === 0 ? labels.agrees_exactly : labels.agrees;
    set_text(agreement, fill(told, { apart: show(apart) }));
  }

  function settle() {
    const worst = board.worst_sum === 0 ? "0" : show(board.worst_sum);
    set_text(sums, fill(labels.sums_zero, { worst }));
    for (const { node, read } of totals) node.title = String(read(board.reading));
  }

  return { draw, settle, hear };
}
