// What the board computes, where its digits are easily lost. That it agrees with softmax_core on
// hundreds of boards is tested in tests/ui/components/test_board_arithmetic.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  descent_step, push_of, read_board, sample_of,
} from "../../softmax_ui/components/logit_board/math.js";

/** @type {(logits: number[], rest?: object) => any} */
const read = (logits, rest = {}) =>
  read_board({ logits, temperature: 1, shift: 0, target: null, smoothing: 0, ...rest });

/** @type {(ours: number, known: number, within?: number) => void} */
function is_close(ours, known, within = 1e-12) {
  assert.ok(Math.abs(ours - known) <= within * Math.abs(known), `${ours} is not ${known}`);
}

test("what is missing to 1 keeps its digits near one-hot", () => {
  const { p, rest, loss, gradient, half_norm } = read([40, 0], { target: 0 });
  assert.equal(p[0], 1);
  for (const value of [rest[0], loss, -gradient[0], half_norm / 2]) is_close(value, Math.exp(-40));
});

test("huge logits neither overflow nor lose the loss", () => {
  const { p, loss, gradient, entropy, log_sum } = read([1e6, 0, -1e6], { target: 2 });
  assert.deepEqual(p, [1, 0, 0]);
  assert.deepEqual(gradient, [1, 0, -1]);
  assert.equal(loss, 2e6);
  assert.equal(entropy, 0);
  assert.equal(log_sum, 1e6);
});

test("beyond what a double holds of p the loss goes on growing", () => {
  is_close(read([0, -800], { target: 1 }).loss, 800);
  assert.equal(read([0, -800]).p[1], 0);
});

test("a certain prediction that is right costs 0, and not minus 0", () => {
  assert.ok(Object.is(read([1000, 0], { target: 0 }).loss, 0));
});

test("at T = 0.05 and at T = 20 it is softmax of o / T", () => {
  const [cold, hot] = [0.05, 20].map((temperature) => read([1, 0], { temperature }).p[1]);
  is_close(cold, 1 / (1 + Math.exp(20)));
  is_close(hot, 1 / (1 + Math.exp(1 / 20)));
});

test("a common shift moves z alone", () => {
  const [bare, moved] = [0, 1000].map((shift) => read([2, 1, -1], { shift }));
  assert.deepEqual(moved.z, [1002, 1001, 999]);
  assert.deepEqual(moved.p, bare.p);
});

test("equal logits, minus zero among them, share a rank and a probability", () => {
  const { p, ranks, perplexity, bits } = read([0, -0, 0, 0]);
  assert.deepEqual(p, [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(ranks, [1, 1, 1, 1]);
  is_close(perplexity, 4);
  is_close(bits, 2);
});

test("each row of the Jacobian adds up to 0 and it is symmetric", () => {
  const { jacobian } = read([0.3, -2, 1.7]);
  for (const i of [0, 1, 2]) {
    const row = [0, 1, 2].map((j) => jacobian[3 * i + j]);
    assert.ok(Math.abs(row[0] + row[1] + row[2]) < 1e-16);
    for (const j of [0, 1, 2]) assert.equal(jacobian[3 * i + j], jacobian[3 * j + i]);
  }
});

test("without a target there is neither loss nor gradient", () => {
  const { loss, gradient } = read([1, 2]);
  assert.deepEqual([loss, gradient], [null, null]);
});

test("a step goes downhill, against the gradient divided by T", () => {
  assert.deepEqual(descent_step([1, 2], [0.5, -0.5], 2, 0.4), [0.9, 2.1]);
});

test("a push by nothing changes nothing, and the Jacobian's error grows with its square", () => {
  const reading = read([1, -0.5, 2, 0.1]);
  assert.equal(push_of(reading, 1, 2, 0).error, 0);
  const [far, near] = [1e-3, 5e-4].map((delta) => push_of(reading, 1, 2, delta).error);
  is_close(far / near, 4, 1e-2);
});

test("draws follow the distribution and never take a class of probability 0", () => {
  let k = 0;
  assert.deepEqual(sample_of([0.5, 0.25, 0, 0.25], 1000, () => k++ / 1000), [500, 250, 0, 250]);
});
