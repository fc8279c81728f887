import assert from "node:assert/strict";
import { test } from "node:test";

import { next_steps, stride_of } from "../../softmax_ui/components/film_strip/reel.js";

test("a film has about as many frames as one can see", () => {
  assert.equal(stride_of(2350, 235), 20);
  assert.equal(stride_of(50, 235), 1);
});

test("a long film shows the ends of epochs", () => {
  assert.equal(stride_of(235_000, 235), 2115);
  assert.equal(2115 % 235, 0);
});

test("the last frame is the last step, once", () => {
  assert.deepEqual(next_steps(0, 20, 2350, 3), [20, 40, 60]);
  assert.deepEqual(next_steps(2330, 20, 2350, 8), [2350]);
  assert.deepEqual(next_steps(2335, 20, 2350, 8), [2350]);
  assert.deepEqual(next_steps(2310, 20, 2350, 8), [2330, 2350]);
});
