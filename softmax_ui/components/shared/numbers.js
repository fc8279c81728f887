// Numbers for the eye, and back from what a person typed.

import { value_of } from "./arithmetic.js";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// A whole number, raised: −12 -> ⁻¹².
export function superscript(/** @type {number} */ whole) {
  return [...String(whole)].map((sign) => SUPERSCRIPTS[Number(sign)] ?? "⁻").join("");
}

// A minus sign is as wide as a plus; a hyphen is not.
export function with_minus(/** @type {string} */ text) {
  return text.replace("-", "−");
}

// As in 1.2·10⁻⁷.
function show_power(/** @type {string} */ digits, /** @type {number} */ power) {
  return `${with_minus(digits)}·10${superscript(power)}`;
}

function show_scientific(/** @type {number} */ value, /** @type {number} */ digits) {
  const [front, power] = value.toExponential(digits - 1).split("e");
  return show_power(front, Number(power));
}

// A fixed number of decimals, and powers of ten where those would say 0.
export function show(/** @type {number} */ value, decimals = 4, small_digits = 2) {
  if (value === 0 || Number.isNaN(value)) return value === 0 ? (0).toFixed(decimals) : "–";
  if (!Number.isFinite(value)) return show_infinite(value);
  const size = Math.abs(value);
  if (size < 0.5 * 10 ** -decimals || size >= 1e6) return show_scientific(value, small_digits);
  return with_minus(value.toFixed(decimals));
}

function show_infinite(/** @type {number} */ value) {
  return value > 0 ? "∞" : "−∞";
}

export function show_signed(/** @type {number} */ value, decimals = 3) {
  const text = show(value, decimals, 1); // one digit is enough in a narrow column
  return (value > 0 ? "+" : "") + text;
}

// So many digits from the first that is not 0, for what is multiplied on: 0.0021 times 0.0010 would
// not be what the next line says.
export function show_significant(/** @type {number} */ value, /** @type {number} */ digits) {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? "0" : "–";
  const text = value.toPrecision(digits);
  if (Math.abs(value) < 1e-4 || text.includes("e")) return show_scientific(value, digits);
  return with_minus(text);
}

// At most four digits, without trailing zeros; also of what is no number or has no end.
export function show_short(/** @type {number | string} */ given) {
  const value = from_json(given);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return show_infinite(value);
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e5)) return with_minus(String(rounded(value, 4)));
  return show_scientific(value, 3);
}

// e^exponent with the digits that matter, also where no double could hold it.
export function show_exponential(/** @type {number} */ exponent) {
  const value = Math.exp(exponent);
  if (!Number.isFinite(exponent)) return exponent < 0 ? "0" : show_infinite(exponent);
  if (value >= 0.001 && value < 99999.5) return value.toPrecision(5);
  const tens = exponent / Math.LN10;
  let power = Math.floor(tens);
  let digits = (10 ** (tens - power)).toFixed(3);
  if (digits === "10.000") [digits, power] = ["1.000", power + 1];
  return show_power(digits, power);
}

// A logit as its field shows it: at most four decimals, no trailing zeros.
export function show_logit(/** @type {number} */ value, decimals = 4) {
  if (!Number.isFinite(value)) return show_infinite(value);
  return with_minus(String(Number(value.toFixed(decimals))));
}

const VULGAR = {
  "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5",
  "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
};
const SIGNS = { "−": "-", "–": "-", "×": "*", "·": "*", "⁄": "/", "÷": "/", "’": "'", "₂": "2" };

// A text with the signs of ASCII and without blanks in its arithmetic. An input method for Chinese
// types digits and signs as wide as its characters.
function plain(/** @type {string} */ text) {
  return text
    .replace(/(\d+) ?([½-¾⅓-⅞])/g, "($1+$2)")
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, (raised) => `^(${[...raised].map((sign) =>
      (sign === "⁻" ? "-" : String(SUPERSCRIPTS.indexOf(sign)))).join("")})`)
    .replace(/[½-¾⅓-⅞]/g, (sign) => `(${VULGAR[/** @type {"½"} */ (sign)]})`)
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[−–×·⁄÷’₂]/g, (sign) => SIGNS[/** @type {"−"} */ (sign)])
    .trim()
    .replace(/^[\p{L}\d_]*\s*[=≈]\s*/u, "")
    .replace(/^([+-]?)(\d+) (\d+\/\d+)$/, "$1($2+$3)")
    .replace(/log_?(2|10) +([\d.]+)/g, "log$1($2)")
    .replace(/log_/g, "log")
    .replace(/(ln|lg|log|sqrt|exp|√) +([\d.]+|e\b|pi\b|π)/g, "$1($2)")
    .replace(/(?<=[\w.)%π]) *([-+*/^]+) *(?=[\w.(√π-])|(?<=^|\() *([+-]?) +/g, "$1$2")
    .replace(/ +(?=[%‰])/g, "");
}

// All numbers that a text can be for one number: 1,000 is 1 or 1000; a blank groups digits.
/** @returns {number[]} */
export function readings_of(/** @type {string} */ text) {
  const word = plain(text);
  const found = new Set();
  const tail = /(?:e[+-]?\d+)?(?: ?[%‰])?$/i.exec(word)?.[0] ?? "";
  const body = word.slice(0, word.length - tail.length);
  if (/^[+-]?(?:[1-9]\d{0,2}([.' ])\d{3}(?:\1\d{3})*|\d+),\d+$/.test(body)) {
    found.add(value_of(body.replace(/[.' ]/g, "").replace(",", ".") + tail));
  }
  if (/^[+-]?[1-9]\d{0,2}([,' \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?:\.\d+)?$/.test(body)) {
    found.add(value_of(body.replace(/[,' \u00a0\u2009\u202f]/g, "") + tail));
  }
  if (!found.size) found.add(value_of(word));
  found.delete(null);
  return [...found];
}

// What a person typed, where it is one number and can be no other; -inf masks a class.
export function read_number(/** @type {string} */ text, can_mask = false) {
  const [value, ...others] = readings_of(text);
  if (value === undefined || others.length) return null;
  return Number.isFinite(value) || (can_mask && value === -Infinity) ? value : null;
}

// JSON has no word for what is no number or has no end; Python writes nan, inf and -inf.
export function from_json(/** @type {number | string} */ value) {
  if (typeof value === "number") return value;
  return { inf: Infinity, "-inf": -Infinity }[value] ?? NaN;
}

// The other way.
export function to_json(/** @type {number} */ value) {
  return value === -Infinity ? "-inf" : value;
}

// A logit within its limit; what masks a class stays.
/** @type {(value: number, limit: number) => number} */
export function clamp_logit(value, limit) {
  return value === -Infinity ? value : clamp(value, -limit, limit);
}

/** @type {(value: number, low: number, high: number) => number} */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

function rounded(/** @type {number} */ value, /** @type {number} */ digits) {
  return Number(value.toPrecision(digits));
}

// The nearest multiple of a step, without the crumbs of binary fractions.
export function tidy(/** @type {number} */ value, /** @type {number} */ step) {
  return rounded(Math.round(value / step) * step, 12);
}

// The round number below a value: 1, 2 or 5 times a power of ten.
export function round_below(/** @type {number} */ value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([5, 2].find((digit) => digit * power <= value * (1 + 1e-9)) ?? 1) * power;
}
