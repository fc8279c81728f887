// Descend: the loss of the target class, and the logits walking down it.

function make_descent(board) {
  const { labels, root } = board;
  const card = root.querySelector(".descent");
  const sum = card.querySelector(".loss-sum");
  const canvas = card.querySelector("canvas");
  const told = card.querySelector(".told");
  const rule = card.querySelector(".rule");
  let sheet = null;
  let repeat = 0;

  function step() {
    const { state, reading } = board;
    if (state.target === null) return;
    if (!board.walk.length) board.walk.push({ p: reading.p, loss: reading.loss, logits: [...state.logits] });
    const moved = descent_step(state.logits, reading.gradient, state.temperature, state.learning_rate);
    state.logits = moved.map((o) => clamp(o, -board.limit, board.limit));
    board.change("descent");
    const after = read_board(state);
    board.reading = after;
    board.walk.push({ p: after.p, loss: after.loss, logits: null });
  }

  // A held button walks on, eight steps a second, until it is let go.
  const button = card.querySelector(".step");
  button.addEventListener("click", step);
  button.addEventListener("pointerdown", () => {
    clearTimeout(repeat);
    repeat = setTimeout(function again() {
      step();
      repeat = setTimeout(again, 125);
    }, 450);
  });
  const stop = () => {
    clearTimeout(repeat);
    board.flush();
  };
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) button.addEventListener(name, stop);
  card.querySelector(".ten").addEventListener("click", () => {
    for (let k = 0; k < 10; k++) step();
    board.flush();
  });
  card.querySelector(".again").addEventListener("click", () => {
    if (!board.walk.length) return;
    board.state.logits = [...board.walk[0].logits];
    board.walk = [];
    board.change("logits", { now: true });
  });

  function draw() {
    const { reading, state } = board;
    const aimed = state.target !== null;
    card.classList.toggle("idle", !aimed);
    // The chain rule through z = (o + c) / T divides the slope by T.
    const slope = state.temperature === 1 ? "p − onehot(t)" : `(p − onehot(t)) / ${show_logit(state.temperature)}`;
    set_text(rule, `o ← o − η ∂L/∂o,  ∂L/∂o = ${slope}`);
    if (!aimed) {
      set_text(sum, labels.choose_target);
      set_text(told, "");
    } else {
      set_text(sum, `−ln p = −ln ${show(reading.p[state.target])} = ${show(reading.loss)}`);
      set_text(told, board.walk.length ? fill(labels.steps_taken, {
        count: board.walk.length - 1, before: show(board.walk[0].loss), after: show(reading.loss),
      }) : labels.walk_hint);
    }
    draw_curve();
  }

  function draw_curve() {
    const { pen, width, height } = sheet;
    pen.clearRect(0, 0, width, height);
    const losses = (board.walk.length ? board.walk : [board.reading]).map((place) => place.loss);
    pen.strokeStyle = board.paint.line;
    pen.lineWidth = 1;
    pen.strokeRect(0.5, 0.5, width - 1, height - 1);
    if (losses[0] === null) return;
    const top = Math.max(...losses, 1e-9);
    const x = (k) => 6 + ((width - 12) * k) / Math.max(1, losses.length - 1);
    const y = (loss) => height - 6 - ((height - 12) * loss) / top;
    pen.strokeStyle = board.paint.accent;
    pen.lineWidth = 2;
    pen.beginPath();
    losses.forEach((loss, k) => pen.lineTo(x(k), y(loss)));
    pen.stroke();
    pen.fillStyle = board.paint.accent;
    pen.beginPath();
    pen.arc(x(losses.length - 1), y(losses.at(-1)), 3.5, 0, 2 * Math.PI);
    pen.fill();
  }

  return { step, stop, draw, measure: () => (sheet = sharpen(canvas, 72, "")) };
}
