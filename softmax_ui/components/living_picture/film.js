// A training as the server sends it: a line of JSON, the pictures, the templates as differences.

/** @import { Film } from "./types.js" */

/** @returns {Film} */
export function decode(/** @type {Uint8Array} */ bytes) {
  const end = bytes.indexOf(10); // a line ends
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const pixels = head.size[0] * head.size[1];
  const classes = head.logits[0][0].length;
  let at = end + 1;
  const next = (/** @type {number} */ length) => bytes.slice(at, (at += length));
  const garments = head.labels.map(() => next(pixels));
  let before = new Int8Array(classes * pixels);
  const templates = head.steps.map(() => {
    const difference = new Int8Array(next(classes * pixels).buffer);
    before = before.map((shade, k) => shade + difference[k]);
    return before;
  });
  return { ...head, garments, templates };
}

// The end of the logits' axis: a whole number that all of them stay within, with some room.
export function span_of(/** @type {Film} */ film) {
  const largest = Math.max(...film.logits.flat(2).map(Math.abs));
  return Math.ceil(largest + 1);
}

// As in "step {step} of {total}".
export function fill(/** @type {string} */ text, /** @type {Record<string, string>} */ values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
