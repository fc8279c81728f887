// The Jacobian on a canvas: 400 cells are a fraction of a millisecond there, and one DOM cell
// travels with the cursor so that a screen reader has something to read.

const WIDEST = 0.25; // no entry of the Jacobian is further from 0: p (1 - p) <= 1/4

// How strongly a value is painted; the square root lets small entries be seen.
function strength_of(value) {
  return Math.min(1, Math.sqrt(Math.abs(value) / WIDEST));
}

function make_heatmap(board) {
  const { labels, root } = board;
  const frame = root.querySelector(".heat");
  const canvas = frame.querySelector("canvas");
  const cursor = frame.querySelector(".cursor");
  const pen = canvas.getContext("2d");
  let layout = null;

  // Room for the class numbers above and left, and for the sums below and right.
  function measure() {
    const n = board.state.logits.length;
    const width = frame.parentNode.clientWidth;
    const margin = n > 12 ? 20 : 26;
    const sums = n > 12 ? 26 : 44;
    const cell = Math.max(8, Math.min(n <= 3 ? 76 : 64, Math.floor((width - margin - sums) / n)));
    const size = margin + cell * n + sums;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const height = margin + cell * n + Math.min(sums, 28);
    canvas.width = Math.round(size * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${size}px`;
    canvas.style.height = `${height}px`;
    frame.style.height = `${height}px`;
    frame.style.width = `${size}px`;
    layout = { n, cell, margin, sums, size, height, ratio, digits: digits_that_fit(cell) };
  }

  function digits_that_fit(cell) {
    if (cell >= 56) return 4;
    if (cell >= 44) return 3;
    return cell >= 34 ? 2 : 0;
  }

  function paint_cell(i, j, value) {
    const { cell, margin, digits } = layout;
    const x = margin + j * cell;
    const y = margin + i * cell;
    const strength = strength_of(value);
    pen.globalAlpha = strength;
    pen.fillStyle = value > 0 ? board.paint.positive : board.paint.negative;
    pen.fillRect(x, y, cell - 1, cell - 1);
    pen.globalAlpha = 1;
    if (!digits) return;
    pen.fillStyle = strength > 0.62 ? board.paint.on_colour : board.paint.text;
    pen.fillText(show_cell(value, digits), x + (cell - 1) / 2, y + cell / 2);
  }

  // ".223" rather than "0.2230": the cell is small, and no entry reaches 1.
  function show_cell(value, digits) {
    if (Math.abs(value) < 0.5 * 10 ** -digits) return "0";
    return value.toFixed(digits).replace("0.", ".").replace("-", "−");
  }

  function paint_names() {
    const { n, cell, margin } = layout;
    pen.font = `${cell >= 20 ? 12 : 10}px ${board.paint.font}`;
    for (let k = 0; k < n; k++) {
      pen.fillStyle = board.colours[k % board.colours.length];
      const middle = margin + k * cell + cell / 2;
      pen.fillRect(middle - 4, 0, 8, 3);
      pen.fillRect(0, middle - 4, 3, 8);
      pen.fillStyle = board.paint.muted;
      pen.fillText(String(k + 1), middle, margin / 2 + 2);
      pen.fillText(String(k + 1), margin / 2 + 1, middle);
    }
  }

  // Each row and each column adds up to 0, but for the last bit of a double.
  function paint_sums() {
    const { n, cell, margin } = layout;
    const far = margin + n * cell;
    const { jacobian } = board.reading;
    let worst = 0;
    pen.fillStyle = board.paint.muted;
    for (let i = 0; i < n; i++) {
      let across = 0;
      let down = 0;
      for (let j = 0; j < n; j++) {
        across += jacobian[i * n + j];
        down += jacobian[j * n + i];
      }
      worst = Math.max(worst, Math.abs(across), Math.abs(down));
      const middle = margin + i * cell + cell / 2;
      pen.fillText(show_sum(across), far + Math.min(layout.sums, 28) / 2, middle);
      pen.fillText(show_sum(down), middle, far + 13);
    }
    pen.fillText("Σ", far + Math.min(layout.sums, 28) / 2, margin / 2 + 2);
    pen.fillText("Σ", margin / 2 + 1, far + 13);
    board.worst_sum = worst;
  }

  function show_sum(sum) {
    return Math.abs(sum) < 1e-12 ? "0" : sum.toFixed(2);
  }

  function paint_cursor() {
    const { i, j } = board.cell;
    const { n, cell, margin } = layout;
    const p = board.reading;
    const square = (row_index, column, colour, width) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.strokeRect(margin + column * cell + 0.5, margin + row_index * cell + 0.5, cell - 2, cell - 2);
    };
    if (i !== j) {
      pen.setLineDash([3, 2]);
      square(j, i, board.paint.text, 1);
      pen.setLineDash([]);
    }
    square(i, j, board.paint.text, 2);
    set_style(cursor, "transform", `translate(${margin + j * cell}px, ${margin + i * cell}px)`);
    set_style(cursor, "width", `${cell}px`);
    set_style(cursor, "height", `${cell}px`);
    if (board.is_held) return;
    set_attribute(cursor, "aria-label", fill(labels.cell_spoken, {
      row: board.state.names[i], column: board.state.names[j], value: show(p.jacobian[i * n + j]),
    }));
    set_attribute(cursor, "aria-rowindex", String(i + 1));
    set_attribute(cursor, "aria-colindex", String(j + 1));
  }

  function draw() {
    const { n, ratio, size, height, digits } = layout;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, size, height);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    paint_names();
    if (digits) pen.font = `${digits > 2 ? 13 : 11}px ${board.paint.font}`;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) paint_cell(i, j, board.reading.jacobian[i * n + j]);
    }
    paint_sums();
    paint_cursor();
  }

  function look_at(i, j) {
    const n = board.state.logits.length;
    const cell = { i: clamp(i, 0, n - 1), j: clamp(j, 0, n - 1) };
    if (cell.i === board.cell.i && cell.j === board.cell.j) return;
    board.cell = cell;
    board.change("cell");
  }

  function cell_under(event) {
    const box = canvas.getBoundingClientRect();
    const j = Math.floor((event.clientX - box.left - layout.margin) / layout.cell);
    const i = Math.floor((event.clientY - box.top - layout.margin) / layout.cell);
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
    look_at(...to);
  });

  return { draw, measure };
}
