// When a page asks how its run goes: as the message says, and later where the server wants it so.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

Object.assign(globalThis, {
  document: { baseURI: "http://localhost/", hidden: false, addEventListener() {} },
  addEventListener() {},
});
const { watch } = await import("../../softmax_ui/components/live_run/polling.js");

const MESSAGE = { marker: "m", version: "v", again: 400 };

/**
 * The moments of the questions within so many milliseconds, the first and hurried ones left out.
 *
 * @param {number} milliseconds
 * @param {{ status: number, headers: Record<string, string>, message: object }} answer
 */
async function asked_within(milliseconds, answer) {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let now = 0;
  const moments = /** @type {number[]} */ ([]);
  mock.method(performance, "now", () => now);
  mock.method(globalThis, "fetch", async () => {
    moments.push(now);
    const status = moments.length === 1 ? 200 : answer.status;
    return { status, headers: new Headers(answer.headers), json: async () => answer.message };
  });
  const leave = watch(`live/run?${milliseconds}`, { told: () => false, lost() {} });
  while (now < milliseconds) {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    now += 10;
    mock.timers.tick(10);
  }
  leave();
  mock.timers.reset();
  mock.restoreAll();
  return moments.filter((moment) => moment >= 1500);
}

/** @param {number[]} moments */
const pauses = (moments) => moments.slice(1).map((moment, at) => moment - moments[at]);

test("one who watches asks as often as the message says", async () => {
  const found = pauses(await asked_within(5000, { status: 200, headers: {}, message: MESSAGE }));
  assert.ok(found.length > 5);
  assert.ok(found.every((pause) => pause >= 400 && pause <= 420), String(found));
});

for (const status of [200, 204]) {
  test(`in a crowd one asks as often as the server wants, also after ${status}`, async () => {
    const headers = { "Softmax-Again": "750" };
    const found = pauses(await asked_within(6000 + status, { status, headers, message: MESSAGE }));
    assert.ok(found.length > 4);
    assert.ok(found.every((pause) => pause >= 750 && pause <= 770), String(found));
  });
}

test("a wish that is no number, or a shorter wait, changes nothing", async () => {
  for (const [at, wish] of ["soon", "1", ""].entries()) {
    const headers = { "Softmax-Again": wish };
    const answer = { status: 200, headers, message: MESSAGE };
    const found = pauses(await asked_within(4000 + at, answer));
    assert.ok(found.every((pause) => pause >= 400 && pause <= 420), `${wish}: ${found}`);
  }
});

test("a run that has ended is asked for no more, whatever the server wants", async () => {
  const headers = { "Softmax-Again": "750" };
  const message = { ...MESSAGE, again: null };
  assert.deepEqual(await asked_within(7000, { status: 200, headers, message }), []);
});

test("a page says how long ago it asked before, by which the server counts those who watch",
  async () => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    let now = 0;
    const said = /** @type {(string | null)[]} */ ([]);
    mock.method(performance, "now", () => now);
    mock.method(globalThis, "fetch", async (/** @type {URL} */ url) => {
      said.push(url.searchParams.get("after"));
      return { status: 200, headers: new Headers(), json: async () => MESSAGE };
    });
    const leave = watch("live/run?said", { told: () => false, lost() {} });
    while (now < 3000) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      now += 10;
      mock.timers.tick(10);
    }
    leave();
    mock.timers.reset();
    mock.restoreAll();
    assert.equal(said[0], null);
    assert.ok(said.length > 4);
    assert.ok(said.slice(1).every((after) => Number(after) >= 100 && Number(after) <= 420));
  });

test("what an answer leaves out is as it was", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let now = 0;
  let asked = 0;
  const told = /** @type {object[]} */ ([]);
  mock.method(performance, "now", () => now);
  mock.method(globalThis, "fetch", async () => {
    asked += 1;
    const message = asked === 1 ? { ...MESSAGE, wall: "w", text: "1" } : { ...MESSAGE, text: "2" };
    return { status: 200, headers: new Headers(), json: async () => message };
  });
  const leave = watch("live/run?left", { told: (message) => told.push(message) < 0, lost() {} });
  while (now < 1000) {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    now += 10;
    mock.timers.tick(10);
  }
  leave();
  mock.timers.reset();
  mock.restoreAll();
  assert.deepEqual(told[0], { ...MESSAGE, wall: "w", text: "1" });
  assert.deepEqual(told.at(-1), { ...MESSAGE, wall: "w", text: "2" });
});
