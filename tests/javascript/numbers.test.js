// How numbers are written and read. Minus signs are U+2212, exponents are raised.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clamp, from_json, read_number, round_below, show, show_exponential, show_logit, show_short,
  show_signed, show_significant, superscript, tidy,
} from "../../softmax_ui/components/shared/numbers.js";

/** @type {(write: (...given: any[]) => unknown, expected: [unknown[], unknown][]) => void} */
function writes(write, expected) {
  for (const [given, text] of expected) {
    assert.equal(write(...given), text, `${write.name}(${given.map(String).join(", ")})`);
  }
}

test("a fixed number of decimals, until they would say 0", () => {
  writes(show, [
    [[0], "0.0000"], [[-0], "0.0000"], [[0.25], "0.2500"], [[-1.5, 2], "−1.50"],
    [[0.00005], "0.0001"], [[0.000049], "4.9·10⁻⁵"], [[-1e-300], "−1.0·10⁻³⁰⁰"],
    [[999999.5, 0], "1000000"], [[1e6], "1.0·10⁶"], [[5e-324], "4.9·10⁻³²⁴"], [[NaN], "–"],
    [[Infinity], "∞"], [[-Infinity], "−∞"],
  ]);
});

test("a signed number says its plus and has one digit where it is small", () => {
  writes(show_signed, [
    [[0.5], "+0.500"], [[-0.5], "−0.500"], [[0], "0.000"], [[0.00019], "+2·10⁻⁴"],
    [[2.77e-88], "+3·10⁻⁸⁸"], [[-0.00099], "−0.001"],
  ]);
});

test("significant digits are kept for what is multiplied on", () => {
  writes(show_significant, [
    [[0, 4], "0"], [[-0, 4], "0"], [[0.00209, 3], "0.00209"], [[-2.1694e-6, 4], "−2.169·10⁻⁶"],
    [[0.9999999, 5], "1.0000"], [[Infinity, 3], "–"], [[NaN, 3], "–"], [[-123456, 3], "−1.23·10⁵"],
    [[999.96, 3], "1.00·10³"],
  ]);
});

test("at most four digits, also of what JSON cannot say", () => {
  writes(show_short, [
    [[0], "0"], [[-0], "0"], [[1.25], "1.25"], [[-2 / 3], "−0.6667"], [[0.001], "0.001"],
    [[0.00099994], "1.00·10⁻³"], [[99999], "100000"], [[1e5], "1.00·10⁵"], [["nan"], "nan"],
    [["inf"], "∞"], [["-inf"], "−∞"], [[-1e-7], "−1.00·10⁻⁷"],
  ]);
  writes(from_json, [[["inf"], Infinity], [["-inf"], -Infinity], [["nan"], NaN], [[-0], -0]]);
});

test("an exponential has digits where no double could hold it", () => {
  writes(show_exponential, [
    [[0], "1.0000"], [[-2.73], "0.065219"], [[-1000], "5.076·10⁻⁴³⁵"], [[1e6], "3.033·10⁴³⁴²⁹⁴"], [[9.21], "9996.6"],
    [[Math.log(99999.6)], "1.000·10⁵"], [[-Infinity], "0"],
  ]);
  // 10^-4 is 1.000 and not 10.000 times a power of ten.
  assert.equal(show_exponential(-4 * Math.LN10), "1.000·10⁻⁴");
});

test("a logit has four decimals at most and no minus zero", () => {
  writes(show_logit, [
    [[2], "2"], [[-2.345678], "−2.3457"], [[-0.00001], "0"], [[-0], "0"], [[1e6], "1000000"],
    [[-1.23456, 2], "−1.23"], [[-Infinity], "−∞"],
  ]);
});

test("what a person types is read as they mean it, or not at all", () => {
  writes(read_number, [
    [["1.5"], 1.5], [["−1.5"], -1.5], [["–2"], -2], [[" 3 "], 3], [["1,5"], 1.5],
    [["－１．５"], -1.5], [["1e3"], 1000], [["1e999"], null], [[""], null], [["  "], null],
    [["1,2,3"], null], [["1/2"], 0.5], [["nan"], null], [["-"], null],
    [["1,000"], null], [["-inf"], null], [["-inf", true], -Infinity], [["−∞", true], -Infinity],
    [["inf", true], null],
  ]);
});

test("steps leave no crumbs of binary fractions", () => {
  writes(tidy, [[[0.1 + 0.2, 0.1], 0.3], [[1.005, 0.01], 1], [[-2.25, 0.5], -2], [[1e6, 0.1], 1e6]]);
  writes(clamp, [[[5, 0, 1], 1], [[-5, 0, 1], 0], [[Infinity, -1, 1], 1], [[0.5, 0, 1], 0.5]]);
});

test("the round number below is 1, 2 or 5 times a power of ten", () => {
  for (const [value, below] of [[1, 1], [1.99, 1], [2, 2], [4.9, 2], [5, 5], [9.9, 5], [10, 10]]) {
    assert.equal(round_below(value), below);
    assert.ok(Math.abs(round_below(value * 1e-3) / (below * 1e-3) - 1) < 1e-12);
  }
});

test("a whole number is raised sign by sign", () => {
  writes(superscript, [[[-120], "⁻¹²⁰"], [[0], "⁰"], [[3456789], "³⁴⁵⁶⁷⁸⁹"]]);
});
