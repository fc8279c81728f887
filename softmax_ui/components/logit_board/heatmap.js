// The Jacobian on a canvas: a pixel a cell, blown up. One DOM cell travels with the cursor so that
// a screen reader has something to read.

/** @import { Colour } from "../shared/colour.js" */
/** @import { Board, Type } from "./types.js" */
import { find, make, pen_of } from "../shared/dom.js";
import { channels, contrast } from "../shared/colour.js";
import { clamp, show } from "../shared/numbers.js";
import { make_type, sharp_pen, trimmed } from "./charts.js";
import { fill, set_attribute, set_style } from "./dom.js";

const WIDEST = 0.25; // no entry of the Jacobian is further from 0: p (1 - p) <= 1/4
const MOST_NAMED = 5; // with more classes there is no room for names beside the cells
const NAME_ROOM = 64;
const SUMS = 26; // the room for the sums, right and below, in CSS pixels

// How strongly a value is painted; the square root lets small entries be seen.
function strength_of(/** @type {number} */ value) {
  return Math.min(1, Math.sqrt(Math.abs(value) / WIDEST));
}

// ".223" rather than "0.2230": the cell is small, and no entry reaches 1.
export function show_cell(/** @type {number} */ value, /** @type {number} */ digits) {
  if (value === 0) return "0";
  if (Math.abs(value) < 0.5 * 10 ** -digits) return ""; // it is not 0, and its digits do not fit
  return value.toFixed(digits).replace("0.", ".").replace("-", "−");
}

function digits_that_fit(/** @type {number} */ cell) {
  if (cell >= 56) return 4;
  if (cell >= 44) return 3;
  return cell >= 34 ? 2 : 0;
}

// Where everything is, in CSS pixels: names or numbers above and left, sums below and right.
function lay_out(/** @type {number} */ n, /** @type {number} */ width) {
  const top = n > 12 ? 20 : 26;
  const left = n <= MOST_NAMED ? NAME_ROOM : 26;
  const cell = Math.max(8, Math.min(n <= 3 ? 76 : 64, Math.floor((width - left - SUMS) / n)));
  return {
    n, cell, top, left, digits: digits_that_fit(cell),
    width: left + cell * n + SUMS, height: top + cell * n + SUMS,
  };
}

// From which strength on a text is better read in the page's colour than in the text's.
/** @type {(colour: Colour, surface: Colour, text: Colour) => number} */
export function turning_point(colour, surface, text) {
  for (let strength = 0; strength <= 1; strength += 1 / 64) {
    const mixed = colour.map((part, k) => strength * part + (1 - strength) * surface[k]);
    if (contrast(mixed, surface) > contrast(mixed, text)) return strength;
  }
  return 2;
}

export function make_heatmap(/** @type {Board} */ board) {
  const frame = find(board.root, ".heat");
  const canvas = find(frame, "canvas");
  const pen = pen_of(canvas);
  const cursor = find(frame, ".cursor");
  const pixels = make("canvas");
  const pixel_pen = pen_of(pixels);
  let layout = lay_out(0, 0);
  /** @type {ImageData} */
  let image;
  /** @type {Record<"positive" | "negative", { of: Colour, turn: number }>} */
  let inks;
  /** @type {Record<"page" | "plain", Type>} */
  let types;
  let framed_for = "";
  let sums = { across: [""], down: [""] };

  function measure() {
    const n = board.state.logits.length;
    layout = lay_out(n, (frame.parentElement?.clientWidth ?? 0));
    const { width, height } = layout;
    sharp_pen(canvas, width, height);
    for (const { style } of [canvas, frame]) {
      Object.assign(style, { width: `${width}px`, height: `${height}px` });
    }
    pen.imageSmoothingEnabled = false;
    pixels.width = pixels.height = n;
    image = pixel_pen.createImageData(n, n);
    const [surface, text, ...signed] = ["surface", "text", "positive", "negative"].map(
      (name) => channels(board.paint[/** @type {"text"} */ (name)]),
    );
    const ink = (/** @type {Colour} */ of) => ({ of, turn: turning_point(of, surface, text) });
    const [positive, negative] = signed.map(ink);
    inks = { positive, negative };
    const font = `${layout.digits > 2 ? 13 : 11}px ${board.paint.font}`;
    const { surface: page, text: plain } = board.paint;
    types = { page: make_type(font, page), plain: make_type(font, plain) };
    framed_for = "";
    board.cell = { i: Math.min(board.cell.i, n - 1), j: Math.min(board.cell.j, n - 1) };
  }

  function paint_cells() {
    const { n, cell, top, left } = layout;
    const { jacobian } = board.reading;
    for (let k = 0; k < n * n; k++) {
      const { of } = jacobian[k] > 0 ? inks.positive : inks.negative;
      image.data.set(of, 4 * k);
      image.data[4 * k + 3] = Math.round(255 * strength_of(jacobian[k]));
    }
    pixel_pen.putImageData(image, 0, 0);
    const size = n * cell;
    pen.clearRect(left - 1, top - 1, size + 2, size + 2);
    pen.drawImage(pixels, left, top, size, size);
    for (let k = 1; k <= n; k++) {
      pen.clearRect(left + k * cell - 1, top, 1, size);
      pen.clearRect(left, top + k * cell - 1, size, 1);
    }
  }

  function paint_digits() {
    const { n, cell, top, left, digits } = layout;
    const { jacobian } = board.reading;
    for (let k = 0; k < n * n; k++) {
      const value = jacobian[k];
      const { turn } = value > 0 ? inks.positive : inks.negative;
      const type = strength_of(value) >= turn ? types.page : types.plain;
      const [x, y] = [left + ((k % n) + 0.5) * cell - 0.5, top + (Math.floor(k / n) + 0.5) * cell];
      type.draw(pen, show_cell(value, digits), x, y, 0.5);
    }
  }

  // The classes and the places of the sums: what no drag changes.
  function paint_frame() {
    const { n, cell, top, left, width, height } = layout;
    pen.clearRect(0, 0, width, height);
    pen.textBaseline = "middle";
    pen.font = `${cell >= 20 ? 12 : 10}px ${board.paint.font}`;
    const named = n <= MOST_NAMED;
    /** @type {(k: number, room: number) => string} */
    const text = (k, room) => (named ? trimmed(pen, board.state.names[k], room) : String(k + 1));
    for (let k = 0; k < n; k++) {
      pen.fillStyle = board.colours[k % board.colours.length];
      const middle = k * cell + cell / 2;
      pen.fillRect(left + middle - 4, 0, 8, 3);
      pen.fillRect(0, top + middle - 4, 3, 8);
      pen.fillStyle = board.paint.muted;
      pen.textAlign = "center";
      pen.fillText(text(k, cell - 8), left + middle, top / 2 + 2);
      pen.fillText(sums.across[k], left + n * cell + SUMS / 2, top + middle);
      pen.fillText(sums.down[k], left + middle, top + n * cell + 13);
      pen.textAlign = "right";
      pen.fillText(text(k, left - 14), left - 7, top + middle);
    }
    pen.fillText("Σ", left - 7, top + n * cell + 13);
    pen.textAlign = "center";
    pen.fillText("Σ", left + n * cell + SUMS / 2, top / 2 + 2);
  }

  // Each row and each column adds up to 0, but for the last bit of a double.
  function add_up() {
    const { n } = layout;
    const { jacobian } = board.reading;
    const [across, down] = [new Float64Array(n), new Float64Array(n)];
    for (let k = 0; k < n * n; k++) {
      across[Math.floor(k / n)] += jacobian[k];
      down[k % n] += jacobian[k];
    }
    board.worst_sum = Math.max(...across.map(Math.abs), ...down.map(Math.abs));
    const shown = (/** @type {number} */ sum) => (Math.abs(sum) < 1e-12 ? "0" : sum.toFixed(2));
    sums = { across: Array.from(across, shown), down: Array.from(down, shown) };
  }

  function draw() {
    add_up();
    const framed = `${sums.across.join()} ${sums.down.join()} ${board.state.names.join()}`;
    if (framed !== framed_for) paint_frame();
    framed_for = framed;
    paint_cells();
    if (layout.digits) paint_digits();
    paint_cursor();
  }

  // The entry that the derivation is about: pointed at, or gone to by keys.
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
  function paint_cursor() {
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
    if (layout.n !== board.state.logits.length) return; // another board, not yet laid out
    const { i, j } = board.cell;
    const { n, cell, top, left } = layout;
    set_style(cursor, "transform", `translate(${left + j * cell}px, ${top + i * cell}px)`);
    set_style(cursor, "width", `${cell}px`);
    set_style(cursor, "height", `${cell}px`);
    set_attribute(cursor, "aria-label", fill(board.labels.cell_spoken, {
      row: board.state.names[i], column: board.state.names[j],
      value: show(board.reading.jacobian[i * n + j]),
    }));
    set_attribute(cursor, "aria-rowindex", String(i + 1));
    set_attribute(cursor, "aria-colindex", String(j + 1));
  }

  return { place: frame, draw, measure, settle };
}
