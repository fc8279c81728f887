// The derivation of one Jacobian entry by the quotient rule, line by line, with the numbers put in.

function make_derivation(board) {
  const { labels, root } = board;
  const place = root.querySelector(".derivation");
  const title = place.querySelector(".entry");
  const meaning = place.querySelector(".meaning");
  const list = place.querySelector(".steps");
  const counter = place.querySelector(".counter");
  const [first, back, next] = [".restart", ".back", ".next"].map((name) => place.querySelector(name));
  const { slot, clear, draw } = make_slots();
  let lines = [];
  let shown = Infinity; // all lines, until a person goes through them
  let built_for = "";

  function add_line(caption, formula, numbers) {
    const line = make("li", "line");
    line.append(make("span", "caption", caption), row("formula", ...formula), row("numbers", ...numbers));
    lines.push(line);
  }

  function build(i, j) {
    clear();
    lines = [];
    const same = i === j;
    const italic = (text) => make("i", "", text);
    const [e_i, e_j] = [i, j].map((k) => () => raised("e", lowered("z", String(k + 1))));
    const [p_i, p_j] = [i, j].map((k) => () => lowered("p", String(k + 1)));
    const sum = () => italic("S");
    // The same in numbers.
    const [E_i, E_j] = [i, j].map((k) => () => slot((r) => show_exponential(r.z[k])));
    const [P_i, P_j] = [i, j].map((k) => () => slot((r) => show_significant(r.p[k], 5)));
    const rest = () => slot((r) => show_significant(r.rest[i], 5));
    const total = () => slot((r) => show_exponential(r.log_sum));
    const entry = () => slot((r) => show_significant(r.jacobian[i * r.p.length + j], 4));

    const squared = (thing) => raised(thing, "2");
    const big = (...pieces) => row("big", "(", ...pieces, ")");
    const slope = () => fraction(row("", "∂", p_i()), row("", "∂", lowered("z", String(j + 1))));
    const named = (name, value) => row("whole", italic(name), " = ", value);
    const product = (one, other) => (same ? [one(), " − ", squared(big(one()))] : ["−", one(), " · ", other()]);

    title.replaceChildren(
      row("whole", slope(), " = ", ...(same ? [p_i(), " − ", squared(p_i())] : ["−", p_i(), " ", p_j()])),
      row("whole", " = ", ...product(P_i, P_j)), row("whole", " = ", row("result", entry())),
    );
    add_line(labels.step_quotient,
      [row("whole", slope(), " = ", fraction("∂", row("", "∂", lowered("z", String(j + 1)))), " ", fraction(e_i(), sum())),
        row("whole aside", sum(), " = ", row("term", "Σ", make("sub", "", "k")), " ", raised("e", lowered("z", "k")))],
      [fraction(e_i(), sum()), " = ", fraction(E_i(), total())]);
    add_line(same ? labels.step_parts_same : labels.step_parts_other,
      [named("u", e_i()), named("u′", same ? e_i() : "0"), named("v", sum()), named("v′", e_j())],
      [named("u", E_i()), named("u′", same ? E_i() : "0"), named("v", total()), named("v′", E_j())]);
    add_line(labels.step_rule,
      [row("whole", fraction([italic("u′v"), " − ", italic("uv′")], squared(italic("v"))), " = "),
        fraction([same ? e_i() : "0", " · ", sum(), " − ", e_i(), " · ", e_j()], squared(sum()))],
      [row("whole", " = ", fraction([same ? E_i() : "0", " · ", total(), " − ", E_i(), " · ", E_j()], squared(big(total()))))]);
    add_line(labels.step_split,
      [" = ", ...(same
        ? [fraction(e_i(), sum()), " − ", squared(big(fraction(e_i(), sum())))]
        : ["− ", fraction(e_i(), sum()), " · ", fraction(e_j(), sum())])],
      [" = ", ...product(P_i, P_j)]);
    add_line(labels.step_name,
      [" = ", ...(same ? [p_i(), " − ", squared(p_i()), " = ", p_i(), "(1 − ", p_i(), ")"] : ["−", p_i(), " ", p_j()])],
      // Near one-hot p − p² would be 1 − 1²: the product shows where the digits are.
      [" = ", ...(same ? [P_i(), " · ", rest(), " = "] : []), entry()]);
    list.replaceChildren(...lines);
  }

  // What is to come keeps its room, so that nothing below moves while one goes through the lines.
  function reveal() {
    const last = Math.min(shown, lines.length);
    lines.forEach((line, k) => {
      line.classList.toggle("later", k >= last);
      line.classList.toggle("latest", k === last - 1 && last < lines.length);
    });
    set_text(counter, fill(labels.step_count, { step: last, total: lines.length }));
    first.disabled = back.disabled = last <= 1;
    next.disabled = last >= lines.length;
  }

  function go_to(line) {
    shown = clamp(line, 1, lines.length);
    reveal();
  }

  function settle() {
    const { i, j } = board.cell;
    const names = { row: board.state.names[i], column: board.state.names[j] };
    const { state, reading } = board;
    const value = reading.jacobian[i * reading.p.length + j];
    const sentences = [fill(i === j ? labels.meaning_same : labels.meaning_other, names)];
    if (state.temperature !== 1) {
      sentences.push(fill(labels.meaning_heated, {
        temperature: show_logit(state.temperature), value: show_significant(value / state.temperature, 4),
      }));
    }
    set_text(meaning, sentences.join(" "));
    if (built_for === `${i},${j}`) return;
    built_for = `${i},${j}`;
    build(i, j);
    draw(board.reading);
    reveal();
  }

  first.addEventListener("click", () => go_to(1));
  back.addEventListener("click", () => go_to(Math.min(shown, lines.length) - 1));
  next.addEventListener("click", () => go_to(shown + 1));

  return { place, draw: () => draw(board.reading), settle };
}
