// Contrasts, against the ratios that WCAG's own examples and other tools give.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  contrast, from_hex, ink_on, luminance, on_scale,
} from "../../softmax_ui/components/shared/colour.js";
import { turning_point } from "../../softmax_ui/components/logit_board/heatmap.js";

const [black, white] = ["#000000", "#ffffff"].map(from_hex);

test("contrasts are WCAG's", () => {
  assert.equal(contrast(black, white), 21);
  assert.equal(contrast(white, white), 1);
  /** @type {[string, number][]} */
  const on_white = [["#767676", 4.54], ["#777777", 4.48], ["#ff0000", 4.0], ["#0000ff", 8.59]];
  for (const [colour, ratio] of on_white) {
    assert.equal(contrast(from_hex(colour), white).toFixed(2), ratio.toFixed(2), colour);
    assert.equal(contrast(white, from_hex(colour)), contrast(from_hex(colour), white));
  }
  assert.ok(Math.abs(luminance(from_hex("#808080")) - 0.21586) < 1e-5);
});

test("the ink that is read best has a contrast of 4.58 at least on every grey", () => {
  for (let grey = 0; grey < 256; grey++) {
    const paper = [grey, grey, grey];
    const ink = ink_on(paper) === "black" ? black : white;
    const other = ink === black ? white : black;
    assert.ok(contrast(paper, ink) >= contrast(paper, other));
    assert.ok(contrast(paper, ink) > 4.5);
  }
});

test("a level between two stops of a scale is between their colours", () => {
  /** @type {[number, number[]][]} */
  const stops = [[0, [0, 0, 0]], [0.5, [100, 200, 0]], [1, [255, 255, 255]]];
  assert.deepEqual(on_scale(stops, 0), [0, 0, 0]);
  assert.deepEqual(on_scale(stops, 0.25), [50, 100, 0]);
  assert.deepEqual(on_scale(stops, 0.5), [100, 200, 0]);
  assert.deepEqual(on_scale(stops, 1), [255, 255, 255]);
});

test("digits on a cell change their ink where the page's colour is read better", () => {
  const blue = from_hex("#2b7bba");
  const turn = turning_point(blue, white, from_hex("#1b2330"));
  const at = (/** @type {number} */ strength) => blue.map((c) => strength * c + 255 * (1 - strength));
  assert.ok(turn > 0.5 && turn <= 2);
  assert.ok(contrast(at(0), from_hex("#1b2330")) > contrast(at(0), white));
});
