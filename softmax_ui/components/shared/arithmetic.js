// One number as people write it: 1e-3, 2/3, 50%, ln 10, log2(3), sqrt(2), e^2, 2π. Never `eval`.
// The same grammar as softmax_ui/addresses/arithmetic.py; a test compares the two.

/** @type {Record<string, (value: number) => number>} */
const FUNCTIONS = {
  log10: Math.log10, log2: Math.log2, log: Math.log, sqrt: Math.sqrt, "√": Math.sqrt,
  exp: Math.exp, ln: Math.log, lg: Math.log10,
};
/** @type {Record<string, number>} */
const CONSTANTS = {
  e: Math.E, pi: Math.PI, π: Math.PI, inf: Infinity, infinity: Infinity, "∞": Infinity,
};
/** @type {Record<string, number>} */
const SHARES = { "%": 100, "‰": 1000 };
const PIECE = new RegExp(
  "(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?|\\*\\*|[-+*/^()%‰∞π√]|" +
  `${Object.keys(FUNCTIONS).filter((name) => name !== "√").join("|")}|[a-z]+`, "g");
const DEEPEST = 40;

class Unread extends Error {}

// The number that a text without blanks stands for, sums among them; null for any other text.
export function value_of(/** @type {string} */ text) {
  const word = text.toLowerCase();
  const pieces = word.match(PIECE) ?? [];
  const parentheses = pieces.filter((piece) => piece === "(").length;
  if (!word || pieces.join("") !== word || parentheses > DEEPEST) return null;
  pieces.reverse(); // the next one is the last
  try {
    const value = sum_of(pieces);
    return pieces.length || Number.isNaN(value) ? null : value;
  } catch (error) {
    if (error instanceof Unread) return null;
    throw error;
  }
}

function next_is(/** @type {string[]} */ pieces, /** @type {string[]} */ ...wanted) {
  return pieces.length > 0 && wanted.includes(pieces[pieces.length - 1]);
}

function sum_of(/** @type {string[]} */ pieces) {
  let value = product_of(pieces);
  while (next_is(pieces, "+", "-")) {
    value += pieces.pop() === "+" ? product_of(pieces) : -product_of(pieces);
  }
  return value;
}

/** @returns {number} */
function product_of(/** @type {string[]} */ pieces) {
  let value = signed(pieces);
  while (next_is(pieces, "*", "/", "pi", "π", ...Object.keys(FUNCTIONS))) {
    if (next_is(pieces, "/")) {
      pieces.pop();
      const below = signed(pieces);
      if (below === 0) throw new Unread();
      value /= below;
    } else {
      if (next_is(pieces, "*")) pieces.pop();
      value *= signed(pieces);
    }
  }
  return value;
}

/** @returns {number} */
function signed(/** @type {string[]} */ pieces) {
  if (!next_is(pieces, "+", "-")) return power_of(pieces);
  return pieces.pop() === "-" ? -power_of(pieces) : power_of(pieces);
}

function power_of(/** @type {string[]} */ pieces) {
  const base = atom_of(pieces);
  if (!next_is(pieces, "^", "**")) return base;
  pieces.pop();
  return base ** signed(pieces);
}

/** @returns {number} */
function atom_of(/** @type {string[]} */ pieces) {
  const piece = pieces.pop();
  if (piece === undefined) throw new Unread();
  if (Object.hasOwn(FUNCTIONS, piece)) {
    const result = FUNCTIONS[piece](atom_of(pieces));
    if (result === -Infinity) throw new Unread(); // ln 0
    return result;
  }
  if (Object.hasOwn(CONSTANTS, piece)) return CONSTANTS[piece];
  let value = piece === "(" ? sum_of(pieces) : Number(piece);
  if (Number.isNaN(value) || (piece === "(" && pieces.pop() !== ")")) throw new Unread();
  const last = pieces[pieces.length - 1];
  if (pieces.length && Object.hasOwn(SHARES, last)) value /= SHARES[String(pieces.pop())];
  return value;
}
