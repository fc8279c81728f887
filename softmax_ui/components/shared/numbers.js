// Numbers for the eye, and back from what a person typed.

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
  const size = Math.abs(value);
  if (size < 0.5 * 10 ** -decimals || size >= 1e6) return show_scientific(value, small_digits);
  return with_minus(value.toFixed(decimals));
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
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e5)) return with_minus(String(rounded(value, 4)));
  return show_scientific(value, 3);
}

// e^exponent with the digits that matter, also where no double could hold it.
export function show_exponential(/** @type {number} */ exponent) {
  const value = Math.exp(exponent);
  if (value >= 0.001 && value < 99999.5) return value.toPrecision(5);
  const tens = exponent / Math.LN10;
  let power = Math.floor(tens);
  let digits = (10 ** (tens - power)).toFixed(3);
  if (digits === "10.000") [digits, power] = ["1.000", power + 1];
  return show_power(digits, power);
}

// A logit as its field shows it: at most four decimals, no trailing zeros.
export function show_logit(/** @type {number} */ value, decimals = 4) {
  return with_minus(String(Number(value.toFixed(decimals))));
}

// What a person typed; null where it is no finite number. An input method for Chinese types digits
// and signs as wide as its characters.
export function read_number(/** @type {string} */ text) {
  const narrow = text.replace(/[\uff01-\uff5e]/g, (sign) =>
    String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
  const plain = narrow.trim().replace(/[−–]/g, "-").replace(/^(-?\d+),(\d+)$/, "$1.$2");
  const value = plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) ? value : null;
}

// JSON has no word for what is no number or has no end; Python writes nan, inf and -inf.
export function from_json(/** @type {number | string} */ value) {
  if (typeof value === "number") return value;
  return { inf: Infinity, "-inf": -Infinity }[value] ?? NaN;
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
