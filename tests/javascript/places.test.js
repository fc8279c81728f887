// Geometry: axes and their ticks, the handles' scales, the triangle of three probabilities.

import assert from "node:assert/strict";
import { test } from "node:test";

import { scale_of, ticks_of } from "../../softmax_ui/components/handle_chart/scales.js";
import { show_cell } from "../../softmax_ui/components/logit_board/heatmap.js";
import { point_of, shares_at } from "../../softmax_ui/components/logit_board/simplex.js";
import { linear, logarithmic } from "../../softmax_ui/components/logit_board/sliders.js";
import { span_for } from "../../softmax_ui/components/logit_board/track.js";

const texts = (/** @type {{ text: string }[]} */ ticks) => ticks.map(({ text }) => text);

test("ticks of an even axis are round, and 0 is 0", () => {
  assert.deepEqual(texts(ticks_of(-1, 1, 10, false)),
    ["−1", "−0.8", "−0.6", "−0.4", "−0.2", "0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.deepEqual(texts(ticks_of(0, 2.4, 4, false)), ["0", "1", "2"]);
  assert.deepEqual(texts(ticks_of(-1e6, 0, 2, false)), ["−1000000", "−500000", "0"]);
});

test("ticks of a logarithmic axis are powers of ten, as many as there is room for", () => {
  assert.deepEqual(texts(ticks_of(1e-3, 1000, 7, true)),
    ["1000", "100", "10", "1", "0.1", "0.01", "10⁻³"]);
  assert.deepEqual(texts(ticks_of(1e-12, 1, 4, true)), ["1", "10⁻⁴", "10⁻⁸", "10⁻¹²"]);
});

test("a scale leads from end to end and keeps within", () => {
  const even = scale_of(-1, 3, 0, 400, false);
  assert.deepEqual([-1, 1, 3, 99, -Infinity, Infinity].map(even), [0, 200, 400, 400, 0, 400]);
  const powers = scale_of(1e-4, 1, 300, 0, true);
  assert.deepEqual([1e-4, 1e-2, 1, 0].map((value) => Math.round(powers(value))), [300, 150, 0, 300]);
});

test("sliders and their values lead to each other", () => {
  for (const scale of [logarithmic(0.05, 20), linear(-50, 50, 0.1)]) {
    for (const at of [0, 1, 250, 500, 999, 1000]) assert.equal(scale.position(scale.value(at)), at);
  }
  assert.equal(logarithmic(0.05, 20).value(500), 1);
  assert.equal(linear(-50, 50, 0.1).position(1000), 1000);
});

test("the axis of the logits leaves air beside the largest", () => {
  assert.deepEqual([[0, 0], [4.5, -1], [-4.6, 1], [1e6, 0]].map(span_for), [5, 5, 10, 1e6]);
});

test("a point of the triangle and its probabilities lead to each other", () => {
  for (const p of [[1 / 3, 1 / 3, 1 / 3], [0.7, 0.2, 0.1], [0.01, 0.98, 0.01]]) {
    const [x, y] = point_of(p);
    shares_at(x, y).forEach((share, k) => assert.ok(Math.abs(share - p[k]) < 1e-12));
  }
});

test("beside the triangle no probability is 0, and they still add up to 1", () => {
  const p = shares_at(-500, 900);
  assert.ok(Math.min(...p) > 0);
  assert.ok(Math.abs(p[0] + p[1] + p[2] - 1) < 1e-15);
});

test("a cell of the Jacobian says 0 for nothing but 0", () => {
  assert.deepEqual([0.25, -0.1875, 0.00004, 0, -0].map((value) => show_cell(value, 4)),
    [".2500", "−.1875", "", "0", "0"]);
});
