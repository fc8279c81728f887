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
  let is_framed = false;
  let sums_shown = { across: [], down: [] };

  // Room for the class numbers above and left, and for the sums below and right.
  function measure() {
    const n = board.state.logits.length;
    const width = frame.parentNode.clientWidth;
    const margin = n > 12 ? 20 : 26;
    const sums = 26;
    const cell = Math.max(8, Math.min(n <= 3 ? 76 : 64, Math.floor((width - margin - sums) / n)));
    const size = margin + cell * n + sums;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const height = margin + cell * n + sums;
    canvas.width = Math.round(size * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${size}px`;
    canvas.style.height = `${height}px`;
    frame.style.height = `${height}px`;
    frame.style.width = `${size}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    is_framed = false;
    layout = { n, cell, margin, sums, size, height, digits: digits_that_fit(cell) };
  }

  function digits_that_fit(cell) {
    if (cell >= 56) return 4;
    if (cell >= 44) return 3;
    return cell >= 34 ? 2 : 0;
  }

  function paint_cell(i, j, value) {
    const { cell, margin } = layout;
    const strength = strength_of(value);
    if (strength < 0.004) return;
    pen.globalAlpha = strength;
    pen.fillStyle = value > 0 ? board.paint.positive : board.paint.negative;
    pen.fillRect(margin + j * cell, margin + i * cell, cell - 1, cell - 1);
  }

  function paint_digits() {
    const { n, cell, margin, digits } = layout;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const value = board.reading.jacobian[i * n + j];
        pen.fillStyle = strength_of(value) > 0.62 ? board.paint.on_colour : board.paint.text;
        pen.fillText(show_cell(value, digits), margin + (j + 0.5) * cell - 0.5, margin + (i + 0.5) * cell);
      }
    }
  }

  // ".223" rather than "0.2230": the cell is small, and no entry reaches 1.
  function show_cell(value, digits) {
    if (Math.abs(value) < 0.5 * 10 ** -digits) return "0";
    return value.toFixed(digits).replace("0.", ".").replace("-", "−");
  }

  // The numbers and colours of the classes, and the places of the sums: what no drag changes.
  function paint_frame() {
    const { n, cell, margin, size, height, digits } = layout;
    const far = margin + n * cell;
    pen.clearRect(0, 0, size, height);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `${cell >= 20 ? 12 : 10}px ${board.paint.font}`;
    for (let k = 0; k < n; k++) {
      pen.fillStyle = board.colours[k % board.colours.length];
      const middle = margin + k * cell + cell / 2;
      pen.fillRect(middle - 4, 0, 8, 3);
      pen.fillRect(0, middle - 4, 3, 8);
      pen.fillStyle = board.paint.muted;
      pen.fillText(String(k + 1), middle, margin / 2 + 2);
      pen.fillText(String(k + 1), margin / 2 + 1, middle);
      pen.fillText(sums_shown.across[k], far + layout.sums / 2, middle);
      pen.fillText(sums_shown.down[k], middle, far + 13);
    }
    pen.fillText("Σ", far + layout.sums / 2, margin / 2 + 2);
    pen.fillText("Σ", margin / 2 + 1, far + 13);
    if (digits) pen.font = `${digits > 2 ? 13 : 11}px ${board.paint.font}`;
    is_framed = true;
  }

  // Each row and each column adds up to 0, but for the last bit of a double.
  function add_up() {
    const n = layout.n;
    const { jacobian } = board.reading;
    const across = new Array(n).fill(0);
    const down = new Array(n).fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        across[i] += jacobian[i * n + j];
        down[j] += jacobian[i * n + j];
      }
    }
    board.worst_sum = Math.max(...across.map(Math.abs), ...down.map(Math.abs));
    const shown = { across: across.map(show_sum), down: down.map(show_sum) };
    if (shown.across.join() + shown.down.join() !== sums_shown.across.join() + sums_shown.down.join()) {
      is_framed = false;
    }
    sums_shown = shown;
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
    const { n, cell, margin } = layout;
    const { jacobian } = board.reading;
    add_up();
    if (!is_framed) paint_frame();
    pen.clearRect(margin - 1, margin - 1, n * cell + 2, n * cell + 2);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) paint_cell(i, j, jacobian[i * n + j]);
    }
    pen.globalAlpha = 1;
    if (layout.digits) paint_digits();
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
