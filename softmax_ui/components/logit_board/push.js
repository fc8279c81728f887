// Push one logit: what the Jacobian predicts beside what really happens.

function make_push(board) {
  const { labels, root } = board;
  const card = root.querySelector(".push");
  const choice = card.querySelector("select");
  const bars = card.querySelector(".bars");
  const curve = card.querySelector(".curve");
  const told = card.querySelector(".told");
  const FARTHEST = 4;
  const POINTS = 81;
  let sheets = null;
  choice.addEventListener("change", () => {
    board.push.j = Number(choice.value);
    board.change("push");
  });
  const slider = make_slider(board, ".push .slider", {
    kind: "push", scale: linear(-FARTHEST, FARTHEST, 0.01), read: () => board.push.delta,
    write: (value) => (board.push.delta = value),
    low: -FARTHEST, high: FARTHEST, step: 0.1, rest: 0, spoken: labels.delta_spoken,
  });

  function settle() {
    const names = board.state.names;
    board.push.j = Math.min(board.push.j, names.length - 1);
    const options = names.map((name, k) => make("option", "", `${k + 1} ${name}`, { value: k }));
    choice.replaceChildren(...options);
    choice.value = String(board.push.j);
  }

  // Predicted: a hollow ring. Real: a filled dot. Between them: the error.
  function draw_bars(result) {
    const { pen, width, height } = sheets[0];
    const n = result.real.length;
    const tall = height / n;
    const widest = Math.max(0.05, ...result.real.map(Math.abs), ...result.predicted.map(Math.abs));
    const left = 22;
    const x = (change) => left + (width - left - 8) * (0.5 + (0.5 * change) / widest);
    pen.clearRect(0, 0, width, height);
    pen.strokeStyle = board.paint.line;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x(0), 0);
    pen.lineTo(x(0), height);
    pen.stroke();
    pen.textBaseline = "middle";
    for (let k = 0; k < n; k++) {
      const y = (k + 0.5) * tall;
      const colour = board.colours[k % board.colours.length];
      pen.fillStyle = board.paint.muted;
      pen.fillText(String(k + 1), 2, y);
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.moveTo(x(result.real[k]), y);
      pen.lineTo(x(result.predicted[k]), y);
      pen.stroke();
      pen.beginPath();
      pen.arc(x(result.real[k]), y, tall < 15 ? 3 : 4.5, 0, 7);
      pen.fill();
      pen.fillStyle = board.paint.surface;
      pen.beginPath();
      pen.arc(x(result.predicted[k]), y, tall < 15 ? 3 : 4.5, 0, 7);
      pen.fill();
      pen.stroke();
    }
  }

  function draw_error(j) {
    const { pen, width, height } = sheets[1];
    const deltas = Array.from({ length: POINTS }, (_, k) => FARTHEST * ((2 * k) / (POINTS - 1) - 1));
    const errors = deltas.map((delta) => push_of(board.reading, board.state.temperature, j, delta).error);
    const here = push_of(board.reading, board.state.temperature, j, board.push.delta).error;
    const top = Math.max(1e-9, here, ...errors);
    const x = (delta) => width / 2 + ((width / 2 - 6) * delta) / FARTHEST;
    const y = (error) => height - 16 - ((height - 24) * error) / top;
    pen.clearRect(0, 0, width, height);
    pen.strokeStyle = board.paint.line;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(0, height - 15.5);
    pen.lineTo(width, height - 15.5);
    pen.stroke();
    pen.fillStyle = board.paint.muted;
    pen.textBaseline = "alphabetic";
    for (const tick of [-4, -2, 0, 2, 4]) {
      pen.textAlign = tick === -4 ? "left" : tick === 4 ? "right" : "center";
      pen.fillText(String(tick).replace("-", "−"), clamp(x(tick), 0, width), height - 3);
    }
    pen.textAlign = "left";
    pen.strokeStyle = board.paint.accent;
    pen.lineWidth = 2;
    pen.beginPath();
    errors.forEach((error, k) => pen.lineTo(x(deltas[k]), y(error)));
    pen.stroke();
    pen.fillStyle = board.paint.accent;
    pen.beginPath();
    pen.arc(x(board.push.delta), y(here), 4.5, 0, 7);
    pen.fill();
  }

  function draw() {
    const { j, delta } = board.push;
    const result = push_of(board.reading, board.state.temperature, j, delta);
    slider.draw();
    draw_bars(result);
    draw_error(j);
    const { error } = result;
    const half = push_of(board.reading, board.state.temperature, j, delta / 2).error;
    set_text(told, fill(labels.push_told, {
      name: board.state.names[j], predicted: show_signed(result.predicted[j], 4),
      real: show_signed(result.real[j], 4), error: show(error),
      ratio: half > 1e-13 ? (error / half).toFixed(1) : "–",
    }));
  }

  return {
    card, draw, settle,
    measure() {
      const n = board.state.logits.length;
      const font = (size) => `${size}px ${board.paint.font}`;
      const height = Math.max(60, n * line_height(n));
      sheets = [sharpen(bars, height, font(n > 10 ? 10 : 12)), sharpen(curve, 104, font(11))];
    },
  };
}
