// The numbers for all classes together, what z is, and whether Python agrees.

function make_summary(board) {
  const { labels, root } = board;
  const find = (selector) => root.querySelector(selector);
  const totals = [
    [find(".entropy"), (r) => r.entropy, 3], [find(".bits"), (r) => r.bits, 3],
    [find(".perplexity"), (r) => r.perplexity, 3], [find(".largest"), (r) => r.largest, 4],
    [find(".half-norm"), (r) => r.half_norm, 4], [find(".loss"), (r) => r.loss ?? NaN, 4],
  ];
  const [low, high, mapping, still, sums, agreement] = [
    ".low", ".high", ".mapping", ".still", ".sums", ".agreement",
  ].map(find);

  function draw() {
    const { reading, state, span } = board;
    hear();
    for (const [node, read, decimals] of totals) set_text(node, show(read(reading), decimals));
    set_text(low, `−${span}`);
    set_text(high, `+${span}`);
    const bare = probabilities_of(arguments_of(state.logits, state.temperature, 0)).p;
    const moved = Math.max(...bare.map((value, k) => Math.abs(value - reading.p[k])));
    const moved_text = moved === 0 ? labels.nothing_moved : fill(labels.hardly_moved, { change: show(moved) });
    set_text(still, state.shift === 0 ? labels.shift_hint : moved_text);
    set_text(mapping, mapping_of(state));
  }

  // z = (o + c) / T, without what does nothing.
  function mapping_of({ shift, temperature }) {
    const shifted = shift === 0 ? "o" : `o ${shift < 0 ? "−" : "+"} ${show_logit(Math.abs(shift))}`;
    if (temperature === 1) return `z = ${shifted}`;
    return `z = ${shift === 0 ? shifted : `(${shifted})`} / ${show_logit(temperature)}`;
  }

  // What Python says: whether it has answered the last change, and how far its numbers are from these.
  function hear() {
    const { reading, data } = board;
    const answered = data.truth.serial === board.serial;
    set_attribute(agreement, "data-serial", answered ? String(board.serial) : "");
    if (!answered) return;
    const apart = Math.max(...data.truth.probabilities.map((value, k) => Math.abs(value - reading.p[k])));
    set_attribute(agreement, "data-apart", String(apart));
    set_text(agreement, apart === 0 ? labels.agrees_exactly : fill(labels.agrees, { apart: show(apart) }));
  }

  function settle() {
    set_text(sums, fill(labels.sums_zero, { worst: board.worst_sum === 0 ? "0" : show(board.worst_sum) }));
    for (const [node, read] of totals) node.title = String(read(board.reading));
  }

  return { draw, settle, hear };
}
