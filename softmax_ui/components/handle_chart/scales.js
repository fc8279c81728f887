// From values to places on a chart, and the round values that its axes name.

import { clamp, superscript, tidy, with_minus } from "../shared/numbers.js";

// A function from values (kept within the range) to places.
/** @type {(low: number, high: number, from: number, to: number, is_log: boolean) =>
 *  (value: number) => number} */
export function scale_of(low, high, from, to, is_log) {
  const place = is_log ? Math.log10 : (/** @type {number} */ value) => value;
  const a = place(low);
  const b = place(high);
  return (value) => from + ((place(clamp(value, low, high)) - a) / (b - a)) * (to - from);
}

// About as many ticks as there is room for.
/** @type {(low: number, high: number, most: number, is_log: boolean) =>
 *  { value: number, text: string }[]} */
export function ticks_of(low, high, most, is_log) {
  return is_log ? powers_of_ten(low, high, most) : round_values(low, high, most);
}

/** @param {number} low @param {number} high @param {number} most */
function powers_of_ten(low, high, most) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks = [];
  for (let power = last; power >= first; power -= every) {
    const is_plain = power >= -2 && power <= 3;
    const text = is_plain ? String(tidy(10 ** power, 0.01)) : `10${superscript(power)}`;
    ticks.push({ value: 10 ** power, text });
  }
  return ticks;
}

/** @param {number} low @param {number} high @param {number} most */
function round_values(low, high, most) {
  const rough = (high - low) / most;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((m) => m * size >= rough) ?? 10) * size;
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high + step * 1e-9; k++) {
    const value = tidy(k * step, step);
    ticks.push({ value, text: with_minus(String(value)) });
  }
  return ticks;
}
