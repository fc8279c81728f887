// The training that home plays, as the server writes it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, fill, span_of } from "../../softmax_ui/components/living_picture/film.js";

// Two classes, two steps, one picture of 1 x 2 pixels.
function encoded() {
  const head = { size: [1, 2], labels: [1], steps: [0, 5], right: [0.5, 1],
    logits: [[[0.5, -0.25]], [[-3.2, 4.5]]] };
  const line = new TextEncoder().encode(JSON.stringify(head));
  const differences = [1, -2, 0, 3, -1, 2, 16, -19].map((shade) => shade & 255);
  return Uint8Array.from([...line, 10, 7, 255, ...differences]);
}

test("pictures and templates come back, each template as what the one before has become", () => {
  const film = decode(encoded());
  assert.deepEqual([...film.garments[0]], [7, 255]);
  assert.deepEqual(film.templates.map((shades) => [...shades]), [[1, -2, 0, 3], [0, 0, 16, -16]]);
  assert.deepEqual(film.steps, [0, 5]);
});

test("a picture with a byte that ends lines is whole", () => {
  const bytes = encoded();
  bytes[bytes.indexOf(10) + 1] = 10;
  assert.deepEqual([...decode(bytes).garments[0]], [10, 255]);
});

test("all logits lie within the axis, with room to drag", () => {
  assert.equal(span_of(decode(encoded())), 6);
});

test("a sentence is filled where its names are, and a name without a value stays", () => {
  assert.equal(fill("{a} of {b}, {a} {c}", { a: "1", b: "$&{a}" }), "1 of $&{a}, 1 {c}");
});
