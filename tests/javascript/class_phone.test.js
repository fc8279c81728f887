// What a phone counts and keeps, without a page.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { may_pass, next_sequence, wait_before } from
  "../../softmax_ui/components/class_phone/asking.js";
import { fields } from "../../softmax_ui/components/class_phone/fields.js";
import { keep, kept } from "../../softmax_ui/components/class_phone/keeping.js";

/** @type {Map<string, string>} */
const stored = new Map();
Object.defineProperty(globalThis, "localStorage", { value: {
  getItem: (/** @type {string} */ name) => stored.get(name) ?? null,
  setItem: (/** @type {string} */ name, /** @type {string} */ text) => stored.set(name, text),
} });
const NAME = "softmax-explorer-class";

beforeEach(() => stored.clear());

test("a later vote has a larger number, whatever the clock says", () => {
  const first = next_sequence(1_000);
  assert.equal(first, 1_000);
  assert.equal(next_sequence(1_000), 1_001);
  assert.equal(next_sequence(5), 1_002); // set back while the page is open
  assert.equal(next_sequence(5, 9_000), 9_001); // set back over a reload: the server's counts
});

test("what may pass is tried again, later and later", () => {
  assert.deepEqual([0, 429, 500, 503].map(may_pass), [true, true, true, true]);
  assert.deepEqual([200, 400, 403, 404, 409].map(may_pass), [false, false, false, false, false]);
  for (let tries = 0; tries < 30; tries++) {
    const wait = wait_before(tries);
    assert.ok(wait >= 375 && wait <= 10_000);
  }
});

test("a question that is gone has nothing to answer it with", () => {
  assert.deepEqual(fields({ kind: "gone", options: [] }, {}, () => {}), []);
});

test("a key stays, and so does a vote that is on its way", () => {
  const { key } = kept();
  keep({ code: "ABCDEF" });
  assert.match(key, /^[0-9a-f]{64}$/);
  const unsent = { code: "ABCDEF", round: 2, answer: ["1", "0"], sequence: 7 };
  keep({ unsent });
  assert.deepEqual(kept(), { key, code: "ABCDEF", name: "", unsent });
  keep({ unsent: null });
  assert.equal(kept().unsent, null);
});

test("what is stored and is no vote is none", () => {
  keep({ name: "Ann" });
  const { key } = kept();
  for (const unsent of [7, "x", {}, { code: "A", round: "1", answer: 0, sequence: 1 },
    { code: "A", round: 1, sequence: 1 }, [1], { code: 7, round: 1, answer: 0, sequence: 1 }]) {
    stored.set(NAME, JSON.stringify({ key, code: "", name: "", unsent }));
    assert.equal(kept().unsent, null, JSON.stringify(unsent));
  }
  stored.set(NAME, "{");
  assert.equal(kept().key, key, "as long as the page is open");
});
