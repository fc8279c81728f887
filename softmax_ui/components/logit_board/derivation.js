// The derivation of one Jacobian entry, with the current numbers put in. e^z is written after the
// largest z has been taken off each: the fraction stays the same and nothing overflows.

function make_derivation(board) {
  const { labels, root } = board;
  const place = root.querySelector(".derivation");
  const title = place.querySelector(".entry");
  const meaning = place.querySelector(".meaning");
  const list = place.querySelector(".steps");
  const counter = place.querySelector(".counter");
  const back = place.querySelector(".back");
  const next = place.querySelector(".next");
  let slots = [];
  let lines = [];
  let shown = 5;
  let built_for = "";

  // A place in a formula whose number is written anew in each frame.
  function slot(read) {
    const node = make("span", "value");
    slots.push([node, read]);
    return node;
  }

  function add_line(caption, formula, numbers) {
    const line = make("li", "line");
    line.append(make("span", "caption", caption), row("formula", ...formula), row("numbers", ...numbers));
    lines.push(line);
  }

  function build(i, j) {
    slots = [];
    lines = [];
    const same = i === j;
    const [I, J] = [String(i + 1), String(j + 1)];
    const e_i = () => raised("e", lowered("z", I));
    const e_j = () => raised("e", lowered("z", J));
    const sum = () => make("i", "", "S");
    const w_i = () => slot((r) => show(r.weights[i]));
    const w_j = () => slot((r) => show(r.weights[j]));
    const s = () => slot((r) => show(r.total));
    const p = (k) => slot((r) => show(r.p[k]));
    const entry = () => slot((r) => show(r.jacobian[i * r.p.length + j], 6));
    const derivative = () => fraction(row("", "∂", lowered("p", I)), row("", "∂", lowered("z", J)));
    const d = () => fraction("∂", row("", "∂", lowered("z", J)));
    const squared = (thing) => raised(thing, "2");

    title.replaceChildren(
      derivative(), " = ",
      ...(same ? [lowered("p", I), " − ", squared(lowered("p", I))] : ["−", lowered("p", I), lowered("p", J)]),
      " = ", ...(same ? [p(i), " − ", squared(p(i))] : ["−", p(i), " · ", p(j)]), " = ", row("result", entry()),
    );
    add_line(labels.step_quotient,
      [derivative(), " = ", d(), fraction(e_i(), sum()), row("aside", make("i", "", "S"), " = Σ", make("sub", "", "k"), raised("e", lowered("z", "k")))],
      [fraction(w_i(), s())]);
    add_line(same ? labels.step_parts_same : labels.step_parts_other,
      [make("i", "", "u"), " = ", e_i(), ",  ", make("i", "", "u′"), " = ", same ? e_i() : "0", ";  ",
        make("i", "", "v"), " = ", sum(), ",  ", make("i", "", "v′"), " = ", e_j()],
      [make("i", "", "u"), " = ", w_i(), ",  ", make("i", "", "u′"), " = ", same ? w_i() : "0", ";  ",
        make("i", "", "v"), " = ", s(), ",  ", make("i", "", "v′"), " = ", w_j()]);
    add_line(labels.step_rule,
      [fraction("u′v − uv′", squared("v")), " = ",
        fraction([same ? e_i() : "0", " · ", sum(), " − ", e_i(), " · ", e_j()], squared(sum()))],
      [fraction([same ? w_i() : "0", " · ", s(), " − ", w_i(), " · ", w_j()], squared(s()))]);
    add_line(labels.step_split,
      same
        ? [fraction(e_i(), sum()), " − ", squared(row("big", "(", fraction(e_i(), sum()), ")"))]
        : ["− ", fraction(e_i(), sum()), " · ", fraction(e_j(), sum())],
      same ? [p(i), " − ", squared(p(i))] : ["− ", p(i), " · ", p(j)]);
    add_line(labels.step_name,
      same ? [lowered("p", I), " − ", squared(lowered("p", I)), " = ", lowered("p", I), "(1 − ", lowered("p", I), ")"]
        : ["−", lowered("p", I), lowered("p", J)],
      [entry()]);
    list.replaceChildren(...lines);
  }

  function reveal() {
    lines.forEach((line, k) => {
      line.hidden = k >= shown;
      line.classList.toggle("latest", k === shown - 1 && shown < lines.length);
    });
    set_text(counter, fill(labels.step_count, { step: shown, total: lines.length }));
    back.disabled = shown <= 1;
    next.disabled = shown >= lines.length;
  }

  function settle() {
    const { i, j } = board.cell;
    const names = { row: board.state.names[i], column: board.state.names[j] };
    set_text(meaning, fill(i === j ? labels.meaning_same : labels.meaning_other, names));
    if (built_for !== `${i},${j}`) {
      built_for = `${i},${j}`;
      build(i, j);
      draw();
      reveal();
    }
  }

  function draw() {
    for (const [node, read] of slots) set_text(node, read(board.reading));
  }

  back.addEventListener("click", () => {
    shown = Math.max(1, shown - 1);
    reveal();
  });
  next.addEventListener("click", () => {
    shown = Math.min(lines.length, shown + 1);
    reveal();
  });
  place.querySelector(".restart").addEventListener("click", () => {
    shown = 1;
    reveal();
  });

  return { draw, settle };
}
