// The mathematics of one board, mirroring softmax_core line by line. Plain functions over arrays
// of doubles: a test compares every number with softmax_core to 1e-12.

/** @import { Reading, State } from "./types.js" */

// What softmax is applied to: z = (o + c) / T.
/** @type {(logits: number[], temperature: number, shift: number) => number[]} */
export function arguments_of(logits, temperature, shift) {
  return logits.map((o) => (o + shift) / temperature);
}

// p alone, with the largest z taken off each so that nothing overflows.
export function probabilities_of(/** @type {number[]} */ z) {
  const top = Math.max(...z);
  const weights = z.map((value) => Math.exp(value - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { p: weights.map((weight) => weight / total), top, weights, total };
}

// p, 1 - p (as the sum of the others: no digits are lost near one-hot), ln p and ln S = ln Σ e^z.
function softmax_of(/** @type {number[]} */ z) {
  const { p, top, weights, total } = probabilities_of(z);
  const first = z.indexOf(top);
  let beside = 0;
  for (let k = 0; k < z.length; k++) if (k !== first) beside += weights[k];
  const log_total = Math.log1p(beside);
  const rest = p.map((_, i) => {
    let others = 0;
    for (let k = 0; k < p.length; k++) if (k !== i) others += weights[k];
    return others / total;
  });
  return { p, rest, log_p: z.map((value) => value - top - log_total), log_sum: top + log_total };
}

// Rank 1 is the largest; equal values share a rank.
function ranks_of(/** @type {number[]} */ values) {
  return values.map((value) => 1 + values.filter((other) => other > value).length);
}

// Row-major n x n: p_i (1 - p_i) on the diagonal, -p_i p_j beside it.
function jacobian_of(/** @type {number[]} */ p, /** @type {number[]} */ rest) {
  const n = p.length;
  const jacobian = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) jacobian[i * n + j] = i === j ? p[i] * rest[i] : -p[i] * p[j];
  }
  return jacobian;
}

// y = (1 - ε) onehot(t) + ε/n.
/** @type {(target: number, n: number, smoothing: number) => number[]} */
export function label_of(target, n, smoothing) {
  const share = smoothing / n;
  return Array.from({ length: n }, (_, k) => (k === target ? 1 - smoothing + share : share));
}

// How far the target's logit is above the others where the smoothed loss is smallest.
/** @type {(n: number, smoothing: number) => number} */
export function best_gap(n, smoothing) {
  return smoothing > 0 ? Math.log1p((n * (1 - smoothing)) / smoothing) : Infinity;
}

// L = -Σ y ln p and ∂L/∂z = p - y; 1 - p of the target keeps its digits near one-hot.
/** @param {Pick<Reading, "p" | "rest" | "log_p">} soft
 *  @param {number} target @param {number} smoothing */
function loss_of({ p, rest, log_p }, target, smoothing) {
  const label = label_of(target, p.length, smoothing);
  let loss = 0;
  label.forEach((y, k) => {
    if (y !== 0) loss -= y * log_p[k];
  });
  const share = smoothing / p.length;
  const gradient = p.map((value, k) =>
    (k === target ? smoothing - share - rest[k] : value - share));
  return { label, loss: Math.abs(loss), gradient }; // without a minus zero
}

// Everything that the board shows about one set of logits.
/** @param {Omit<State, "names" | "learning_rate">} state @returns {Reading} */
export function read_board({ logits, temperature, shift, target, smoothing }) {
  const z = arguments_of(logits, temperature, shift);
  const soft = softmax_of(z);
  const { p, rest, log_p } = soft;
  let entropy = 0;
  let half_norm = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] > 0) entropy -= p[i] * log_p[i];
    half_norm += p[i] * rest[i];
  }
  return {
    ...soft, z, ranks: ranks_of(z), jacobian: jacobian_of(p, rest), entropy,
    bits: entropy / Math.LN2, perplexity: Math.exp(entropy), largest: Math.max(...p), half_norm,
    ...(target === null ? { label: null, loss: null, gradient: null }
      : loss_of(soft, target, smoothing)),
  };
}

// One step downhill on the logits themselves: dL/do = (p - y) / T, by the chain rule.
/** @type {(logits: number[], gradient: number[], temperature: number, learning_rate: number) =>
 *  number[]} */
export function descent_step(logits, gradient, temperature, learning_rate) {
  return logits.map((o, k) => o - (learning_rate * gradient[k]) / temperature);
}

// What J says a push of o_j by delta does to p, and what it really does.
/** @param {Reading} reading @param {number} temperature @param {number} j @param {number} delta */
export function push_of(reading, temperature, j, delta) {
  const n = reading.p.length;
  const dz = delta / temperature;
  const predicted = reading.p.map((_, i) => reading.jacobian[i * n + j] * dz);
  const moved = probabilities_of(reading.z.map((value, k) => (k === j ? value + dz : value))).p;
  const real = moved.map((value, i) => value - reading.p[i]);
  let error = 0;
  for (let i = 0; i < n; i++) error += Math.abs(real[i] - predicted[i]);
  return { predicted, real, error };
}

// How often each class comes up in `draws` draws from p.
/** @type {(p: number[], draws: number, random: () => number) => number[]} */
export function sample_of(p, draws, random) {
  const counts = p.map(() => 0);
  for (let draw = 0; draw < draws; draw++) {
    let left = random();
    let k = 0;
    while (k < p.length - 1 && left >= p[k]) left -= p[k++];
    counts[k]++;
  }
  return counts;
}
