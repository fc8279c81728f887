// The lines of a reliability diagram: with many, none is told from another by its colour alone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { look_of } from "../../softmax_ui/components/reliability/diagram.js";

test("up to three variants are told apart by their colours", () => {
  assert.deepEqual(look_of(1, 2), { class: "other" });
});

test("of more no two lines are dashed alike at one width, up to sixteen", () => {
  for (const count of [3, 4, 15]) {
    const looks = Array.from({ length: count }, (_, k) => JSON.stringify(look_of(k, count)));
    assert.equal(new Set(looks).size, count);
  }
});
