// What softmax does, with the numbers of the class last taken hold of: e^z over the sum of all e^z.

/** @import { Board } from "./types.js" */
import { find, make } from "../shared/dom.js";
import { show, show_exponential, show_logit } from "../shared/numbers.js";
import { fraction, lowered, make_slots, raised, row } from "./formulas.js";

const MOST_TERMS = 4; // more exponentials than these are written as a sum

export function make_equation(/** @type {Board} */ board) {
  const place = find(board.root, ".equation");
  const { slot, clear, draw } = make_slots();
  let built_for = "";

  const exponential = (/** @type {number} */ k) => raised("e", slot((r) => show_logit(r.z[k], 2)));

  /** @returns {(string | Node)[]} */
  function all_terms(/** @type {number} */ n) {
    const any = raised("e", lowered("z", "k"));
    if (n > MOST_TERMS) return [row("term", "Σ", make("sub", "", "k")), " ", any];
    return Array.from({ length: n }, (_, k) => [k ? " + " : "", exponential(k)]).flat();
  }

  function build(/** @type {number} */ k, /** @type {string[]} */ names) {
    clear();
    const [share, whole] = [
      slot((r) => show_exponential(r.z[k])), slot((r) => show_exponential(r.log_sum)),
    ];
    place.replaceChildren(row("",
      lowered("p", names[k]), " = ", fraction(exponential(k), all_terms(names.length)), " = ",
      fraction(share, whole), " = ", row("result", slot((r) => show(r.p[k]))),
    ));
    place.style.setProperty("--class-colour", board.colours[k % board.colours.length]);
  }

  return {
    draw() {
      const { names } = board.state;
      const k = Math.min(board.chosen, names.length - 1);
      const wanted = `${k} ${names.join()}`;
      if (wanted !== built_for) build(k, names);
      built_for = wanted;
      draw(board.reading);
    },
  };
}
