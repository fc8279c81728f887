// Draw from the distribution, and see the frequencies come near the probabilities.

function make_sample(board) {
  const { labels, root } = board;
  const card = root.querySelector(".sample");
  const canvas = card.querySelector("canvas");
  const told = card.querySelector(".told");
  let sheet = null;
  for (const button of card.querySelectorAll("[data-draws]")) {
    button.addEventListener("click", () => {
      const fresh = sample_of(board.reading.p, Number(button.dataset.draws), Math.random);
      board.drawn = board.drawn ? board.drawn.map((count, k) => count + fresh[k]) : fresh;
      board.change("sample");
    });
  }
  card.querySelector(".clear").addEventListener("click", () => {
    board.drawn = null;
    board.change("sample");
  });

  function draw() {
    const { p } = board.reading;
    const { pen, width, height } = sheet;
    const n = p.length;
    const tall = height / n;
    const total = board.drawn?.reduce((sum, count) => sum + count, 0) ?? 0;
    const widest = Math.max(...p, ...(board.drawn ?? [0]).map((count) => count / Math.max(1, total)));
    const left = 22;
    const right = 46;
    const x = (share) => left + ((width - left - right) * share) / widest;
    pen.clearRect(0, 0, width, height);
    pen.textBaseline = "middle";
    let worst = 0;
    for (let k = 0; k < n; k++) {
      const y = k * tall + tall * 0.18;
      const share = total ? board.drawn[k] / total : 0;
      worst = Math.max(worst, Math.abs(share - p[k]));
      pen.fillStyle = board.paint.muted;
      pen.fillText(String(k + 1), 2, k * tall + tall / 2);
      pen.fillStyle = board.colours[k % board.colours.length];
      pen.globalAlpha = 0.75;
      pen.fillRect(left, y, x(share) - left, tall * 0.64);
      pen.globalAlpha = 1;
      pen.fillStyle = board.paint.text;
      pen.fillRect(x(p[k]) - 1, k * tall + 1, 2, tall - 2);
      if (total) pen.fillText(String(board.drawn[k]), width - right + 8, k * tall + tall / 2);
    }
    set_text(told, total ? fill(labels.sample_told, {
      total: String(total), worst: (100 * worst).toFixed(2), expected: (100 / Math.sqrt(total)).toFixed(2),
    }) : labels.sample_hint);
  }

  return {
    card, draw,
    measure: () => {
      const n = board.state.logits.length;
      const font = `${n > 10 ? 10 : 12}px ${board.paint.font}`;
      sheet = sharpen(canvas, Math.max(60, n * line_height(n)), font);
    },
  };
}
