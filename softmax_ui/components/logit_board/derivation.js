// The derivation of one Jacobian entry by the quotient rule, line by line, with the numbers put in.

/** @import { Board, Make, Piece } from "./types.js" */
import { find, make } from "../shared/dom.js";
import { clamp, show_exponential, show_logit, show_significant } from "../shared/numbers.js";
import { fill, set_attribute, set_text } from "./dom.js";
import { fraction, lowered, make_slots, raised, row } from "./formulas.js";

export function make_derivation(/** @type {Board} */ board) {
  const { labels, root } = board;
  const place = find(root, ".derivation");
  const title = find(place, ".entry");
  const meaning = find(place, ".meaning");
  const list = find(place, ".steps");
  const counter = find(place, ".counter");
  const [first, back, next] = place.querySelectorAll("button");
  const { slot, clear, draw } = make_slots();
  /** @type {HTMLElement[]} */
  let lines = [];
  let shown = Infinity; // all lines, until a person goes through them
  let built_for = "";

  /** @type {(caption: string, formula: Piece[], numbers: Piece[]) => void} */
  function add_line(caption, formula, numbers) {
    lines.push(make("li", "line", [
      make("span", "caption", caption), row("formula", ...formula), row("numbers", ...numbers),
    ]));
  }

  function build(/** @type {number} */ i, /** @type {number} */ j) {
    clear();
    lines = [];
    const same = i === j;
    const italic = (/** @type {string} */ text) => make("i", "", text);
    const [e_i, e_j] = [i, j].map((k) => () => raised("e", lowered("z", String(k + 1))));
    const [p_i, p_j] = [i, j].map((k) => () => lowered("p", String(k + 1)));
    const sum = () => italic("S");
    // The same in numbers.
    const [E_i, E_j] = [i, j].map((k) => () => slot((r) => show_exponential(r.z[k])));
    const [P_i, P_j] = [i, j].map((k) => () => slot((r) => show_significant(r.p[k], 5)));
    const rest = () => slot((r) => show_significant(r.rest[i], 5));
    const total = () => slot((r) => show_exponential(r.log_sum));
    const entry = () => slot((r) => show_significant(r.jacobian[i * r.p.length + j], 4));

    const squared = (/** @type {Piece} */ thing) => raised(thing, "2");
    const big = (/** @type {Piece} */ piece) => row("big", "(", piece, ")");
    const by = () => row("", "∂", lowered("z", String(j + 1)));
    const slope = () => fraction(row("", "∂", p_i()), by());
    /** @type {(name: string, value: Piece) => Piece} */
    const named = (name, value) => row("whole", italic(name), " = ", value);
    /** @type {(one: Make, other: Make) => Piece[]} */
    const product = (one, other) =>
      same ? [one(), " − ", squared(big(one()))] : ["−", one(), " · ", other()];
    /** @type {(own: Make, other: Make, whole: Make) => Piece[]} */
    const difference = (own, other, whole) =>
      [same ? own() : "0", " · ", whole(), " − ", own(), " · ", other()];
    /** @type {(own: Make, other: Make, whole: Make) => Piece[]} */
    const parts = (own, other, whole) => [named("u", own()), named("u′", same ? own() : "0"),
      named("v", whole()), named("v′", other())];
    const in_letters = () => (same ? [p_i(), " − ", squared(p_i())] : ["−", p_i(), " ", p_j()]);

    title.replaceChildren(
      row("whole", slope(), " = ", ...in_letters()),
      row("whole", " = ", ...product(P_i, P_j)), row("whole", " = ", row("result", entry())),
    );
    add_line(labels.step_quotient,
      [row("whole", slope(), " = ", fraction("∂", by()), " ", fraction(e_i(), sum())),
        row("whole aside", sum(), " = ", row("term", "Σ", make("sub", "", "k")), " ",
          raised("e", lowered("z", "k")))],
      [fraction(e_i(), sum()), " = ", fraction(E_i(), total())]);
    add_line(same ? labels.step_parts_same : labels.step_parts_other,
      parts(e_i, e_j, sum), parts(E_i, E_j, total));
    add_line(labels.step_rule,
      [row("whole", fraction([italic("u′v"), " − ", italic("uv′")], squared(italic("v"))), " = "),
        fraction(difference(e_i, e_j, sum), squared(sum()))],
      [row("whole", " = ", fraction(difference(E_i, E_j, total), squared(big(total()))))]);
    add_line(labels.step_split,
      [" = ", ...(same
        ? [fraction(e_i(), sum()), " − ", squared(big(fraction(e_i(), sum())))]
        : ["− ", fraction(e_i(), sum()), " · ", fraction(e_j(), sum())])],
      [" = ", ...product(P_i, P_j)]);
    add_line(labels.step_name,
      [" = ", ...in_letters(), ...(same ? [" = ", p_i(), "(1 − ", p_i(), ")"] : [])],
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
    // In word alone, so that the focus stays on the button that led to the end.
    for (const button of [first, back]) set_attribute(button, "aria-disabled", String(last <= 1));
    set_attribute(next, "aria-disabled", String(last >= lines.length));
  }

  function go_to(/** @type {number} */ line) {
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
        temperature: show_logit(state.temperature),
        value: show_significant(value / state.temperature, 4),
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
