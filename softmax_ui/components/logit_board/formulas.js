// Formulas as semantic HTML: pieces are strings or nodes.

/**
 * @import { Reading } from "./types.js"
 * @typedef {string | Node} Piece
 */
import { make } from "../shared/dom.js";
import { set_text } from "./dom.js";

export function row(/** @type {string} */ class_name, /** @type {Piece[]} */ ...pieces) {
  const node = make("span", class_name);
  node.append(...pieces);
  return node;
}

export function raised(/** @type {Piece} */ base, /** @type {Piece} */ exponent) {
  const up = make("sup");
  up.append(exponent);
  return row("term", base, up);
}

export function lowered(/** @type {string} */ base, /** @type {Piece} */ index) {
  const down = make("sub");
  down.append(index);
  return row("term", make("i", "", base), down);
}

/** @param {Piece | Piece[]} above @param {Piece | Piece[]} below */
export function fraction(above, below) {
  return row("fraction", row("above", ...[above].flat()), row("below", ...[below].flat()));
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
