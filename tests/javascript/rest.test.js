// How often a figure is drawn that changes all the time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rest_after } from "../../softmax_ui/components/live_figure/rest.js";

test("a drawing takes a fiftieth of the time, and is never older than a second", () => {
  assert.equal(rest_after(4, false), 200);
  assert.equal(rest_after(300, false), 1000);
});

test("the first one, which shows a run that has just begun, is followed at once", () => {
  assert.equal(rest_after(300, true), 0);
});
