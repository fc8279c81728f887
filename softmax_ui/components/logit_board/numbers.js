// Numbers for the eye, and back from what a person typed.

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// As in 1.2·10⁻⁷.
function show_power(digits, power) {
  const raised = [...String(power)].map((sign) => SUPERSCRIPTS[sign]).join("");
  return `${digits.replace("-", "−")}·10${raised}`;
}

// A fixed number of decimals, and powers of ten where those would say 0.
function show(value, decimals = 4, small_digits = 2) {
  if (value === 0 || Number.isNaN(value)) return value === 0 ? (0).toFixed(decimals) : "–";
  const size = Math.abs(value);
  if (size < 0.5 * 10 ** -decimals || size >= 1e6) return show_scientific(value, small_digits);
  return value.toFixed(decimals).replace("-", "−");
}

function show_scientific(value, digits) {
  const [front, power] = value.toExponential(digits - 1).split("e");
  return show_power(front, Number(power));
}

function show_signed(value, decimals = 3) {
  const text = show(value, decimals, 1); // one digit is enough in a narrow column
  return (value > 0 ? "+" : "") + text;
}

// So many digits from the first that is not 0, for what is multiplied on: 0.0021 times 0.0010 would
// not be what the next line says.
function show_significant(value, digits) {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? "0" : "–";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return show_scientific(value, digits);
  return value.toPrecision(digits).replace("-", "−");
}

// e^exponent with the digits that matter, also where no double could hold it.
function show_exponential(exponent) {
  const value = Math.exp(exponent);
  if (value >= 0.001 && value < 1e5) return value.toPrecision(5);
  const tens = exponent / Math.LN10;
  let power = Math.floor(tens);
  let digits = (10 ** (tens - power)).toFixed(3);
  if (digits === "10.000") [digits, power] = ["1.000", power + 1];
  return show_power(digits, power);
}

// A logit as its field shows it: at most four decimals, no trailing zeros.
function show_logit(value, decimals = 4) {
  return String(Number(value.toFixed(decimals))).replace("-", "−");
}

// What a person typed; null where it is no finite number. An input method for Chinese types digits
// and signs as wide as its characters.
function read_number(text) {
  const narrow = text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
  const plain = narrow.trim().replace(/[−–]/g, "-").replace(/^(-?\d+),(\d+)$/, "$1.$2");
  const value = plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) ? value : null;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// The nearest multiple of a step, without the crumbs of binary fractions.
function tidy(value, step) {
  return Number((Math.round(value / step) * step).toPrecision(12));
}
