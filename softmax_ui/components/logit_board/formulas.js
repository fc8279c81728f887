// Formulas as semantic HTML: pieces are strings or nodes.

/** @import { Board, Piece, Reading } from "./types.js" */
import { find, make } from "../shared/dom.js";
import { show, show_exponential, show_logit } from "../shared/numbers.js";
import { set_text } from "./dom.js";

const MOST_TERMS = 4; // more exponentials than these are written as a sum

export function row(/** @type {string} */ class_name, /** @type {Piece[]} */ ...pieces) {
  return make("span", class_name, pieces);
}

export function raised(/** @type {Piece} */ base, /** @type {Piece} */ exponent) {
  return row("term", base, make("sup", "", exponent));
}

export function lowered(/** @type {string} */ base, /** @type {Piece} */ index) {
  return row("term", make("i", "", base), make("sub", "", index));
}

/** @param {Piece | Piece[]} above @param {Piece | Piece[]} below */
export function fraction(above, below) {
  return row("fraction", make("span", "above", above), make("span", "below", below));
}

// Places in a formula whose numbers are written anew in each frame.
export function make_slots() {
  /** @type {[HTMLElement, (reading: Reading) => string][]} */
  const slots = [];
  return {
    slot(/** @type {(reading: Reading) => string} */ read) {
      const node = make("span", "value");
      slots.push([node, read]);
      return node;
    },
    clear: () => slots.splice(0),
    draw(/** @type {Reading} */ reading) {
      for (const [node, read] of slots) set_text(node, read(reading));
    },
  };
}

// What softmax does, with the numbers of the class last taken hold of: e^z over the sum of all e^z.
export function make_equation(/** @type {Board} */ board) {
  const place = find(board.root, ".equation");
  const { slot, clear, draw } = make_slots();
  let built_for = "";

  const exponential = (/** @type {number} */ k) => raised("e", slot((r) => show_logit(r.z[k], 2)));

  /** @returns {Piece[]} */
  function all_terms(/** @type {number} */ n) {
    const any = raised("e", lowered("z", "k"));
    if (n > MOST_TERMS) return [row("term", "Σ", make("sub", "", "k")), " ", any];
    return Array.from({ length: n }, (_, k) => [k ? " + " : "", exponential(k)]).flat();
  }

  function build(/** @type {number} */ k, /** @type {string[]} */ names) {
    clear();
    const share = slot((r) => show_exponential(r.z[k]));
    const whole = slot((r) => show_exponential(r.log_sum));
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
