// Draw from the distribution, and see the frequencies come near the probabilities.

/** @import { Board, ClassSheet, Type } from "./types.js" */
import { find } from "../shared/dom.js";
import { class_sheet, make_type, name_column } from "./charts.js";
import { fill, set_text } from "./dom.js";
import { sample_of } from "./math.js";

export function make_sample(/** @type {Board} */ board) {
  const { labels, root } = board;
  const place = find(root, ".sample");
  const canvas = find(place, "canvas");
  const told = find(place, ".told");
  /** @type {ClassSheet} */
  let sheet;
  /** @type {Type} */
  let type;
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = place.querySelectorAll("[data-draws]");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const fresh = sample_of(board.reading.p, Number(button.dataset.draws), Math.random);
      board.drawn = board.drawn ? board.drawn.map((count, k) => count + fresh[k]) : fresh;
      board.change("sample");
    });
  }
  find(place, ".clear").addEventListener("click", () => {
    board.drawn = null;
    board.change("sample");
  });

  // A faint bar with a mark at its end: the probability. A solid one in it: the share drawn.
  function draw() {
    const { p } = board.reading;
    const { pen, width, height, column } = sheet;
    const tall = height / p.length;
    const counts = board.drawn ?? p.map(() => 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const shares = counts.map((count) => (total ? count / total : 0));
    const widest = Math.max(...p, ...shares);
    const [left, right] = [column.width, width - 52];
    const long = (/** @type {number} */ share) => ((right - left) * share) / widest;
    pen.clearRect(0, 0, width, height);
    column.draw(pen);
    for (let k = 0; k < p.length; k++) {
      const [above, middle] = [(k + 0.14) * tall, (k + 0.5) * tall];
      pen.fillStyle = board.colours[k % board.colours.length];
      pen.globalAlpha = 0.22;
      pen.fillRect(left, above, long(p[k]), tall * 0.72);
      pen.globalAlpha = 1;
      pen.fillRect(left, (k + 0.28) * tall, long(shares[k]), tall * 0.44);
      pen.fillStyle = board.paint.text;
      pen.fillRect(left + long(p[k]) - 1, above, 2, tall * 0.72);
      if (total) type.draw(pen, counts[k].toLocaleString("en"), width, middle, 1);
    }
    const worst = Math.max(...p.map((probability, k) => Math.abs(shares[k] - probability)));
    set_text(told, total ? fill(labels.sample_told, {
      total: total.toLocaleString("en"), worst: (100 * worst).toFixed(2),
      expected: (100 / Math.sqrt(total)).toFixed(2),
    }) : labels.sample_hint);
  }

  function settle() {
    if (sheet) sheet.column = name_column(sheet, board.state.names, 0, board.paint.muted);
  }

  function measure() {
    sheet = class_sheet(board, canvas, 0);
    type = make_type(sheet.pen.font, board.paint.text);
  }

  return { place, draw, settle, measure };
}
