// The entry of the Jacobian that the derivation is about: pointed at, or gone to by keys.

/**
 * @import { Board } from "./types.js"
 * @import { Layout } from "./heatmap.js"
 */
import { find } from "../shared/dom.js";
import { clamp, show } from "../shared/numbers.js";
import { fill, set_attribute, set_style } from "./dom.js";

/** @param {Board} board @param {HTMLElement} frame @param {HTMLCanvasElement} canvas */
export function make_heat_cursor(board, frame, canvas) {
  const { labels } = board;
  const cursor = find(frame, ".cursor");
  /** @type {Layout} */
  let layout;

  function look_at(/** @type {number} */ i, /** @type {number} */ j) {
    const n = board.state.logits.length;
    const cell = { i: clamp(i, 0, n - 1), j: clamp(j, 0, n - 1) };
    if (cell.i === board.cell.i && cell.j === board.cell.j) return;
    board.cell = cell;
    board.change("cell");
  }

  function cell_under(/** @type {MouseEvent} */ event) {
    const box = canvas.getBoundingClientRect();
    const j = Math.floor((event.clientX - box.left - layout.left) / layout.cell);
    const i = Math.floor((event.clientY - box.top - layout.top) / layout.cell);
    const inside = i >= 0 && j >= 0 && i < layout.n && j < layout.n;
    return inside ? { i, j } : null;
  }

  canvas.addEventListener("pointermove", (event) => {
    const cell = cell_under(event);
    if (cell && !board.is_held && !board.is_pinned) look_at(cell.i, cell.j);
  });
  // A click keeps the cell while the mouse goes elsewhere; a second click lets it go.
  canvas.addEventListener("click", (event) => {
    const cell = cell_under(event);
    if (!cell) return;
    board.is_pinned = !board.is_pinned || cell.i !== board.cell.i || cell.j !== board.cell.j;
    look_at(cell.i, cell.j);
    frame.classList.toggle("pinned", board.is_pinned);
    frame.focus({ preventScroll: true });
  });
  frame.addEventListener("keydown", (event) => {
    const { i, j } = board.cell;
    const n = board.state.logits.length;
    const to = {
      ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1],
      Home: [i, 0], End: [i, n - 1],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    look_at(to[0], to[1]);
  });

  // The entry itself in a firm frame; the one that symmetry makes equal to it in a dashed one.
  function draw(/** @type {CanvasRenderingContext2D} */ pen) {
    const { i, j } = board.cell;
    const { cell, top, left } = layout;
    /** @type {(row_index: number, column: number, width: number) => void} */
    const square = (row_index, column, width) => {
      pen.lineWidth = width;
      pen.strokeRect(left + column * cell + 0.5, top + row_index * cell + 0.5, cell - 2, cell - 2);
    };
    pen.strokeStyle = board.paint.text;
    if (i !== j) {
      pen.setLineDash([3, 2]);
      square(j, i, 1.5);
      pen.setLineDash([]);
    }
    square(i, j, 2);
  }

  function settle() {
    if (layout?.n !== board.state.logits.length) return; // another board, not yet laid out
    const { i, j } = board.cell;
    const { n, cell, top, left } = layout;
    set_style(cursor, "transform", `translate(${left + j * cell}px, ${top + i * cell}px)`);
    set_style(cursor, "width", `${cell}px`);
    set_style(cursor, "height", `${cell}px`);
    set_attribute(cursor, "aria-label", fill(labels.cell_spoken, {
      row: board.state.names[i], column: board.state.names[j],
      value: show(board.reading.jacobian[i * n + j]),
    }));
    set_attribute(cursor, "aria-rowindex", String(i + 1));
    set_attribute(cursor, "aria-colindex", String(j + 1));
  }

  return {
    draw, settle,
    measure(/** @type {Layout} */ new_layout) {
      layout = new_layout;
      const last = layout.n - 1;
      board.cell = { i: Math.min(board.cell.i, last), j: Math.min(board.cell.j, last) };
    },
  };
}
