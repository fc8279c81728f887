// Asks the server how a run goes, once for all parts of the page that want to know the same.
//
// Polling, because it passes every proxy, needs no connection of its own among the few that a
// browser allows a host, and asks no more often than the server can answer. It rests while the tab
// is hidden, ends when nothing more will come, and waits longer and longer for a server that does
// not answer.

/** @import { Listener, Message } from "./types.js" */

/** @type {Map<string, Poller>} */
const pollers = new Map();
const AT_LEAST_MS = 100;
const LONGEST_ANSWER_MS = 20_000;
// What a server with many watchers asks for (softmax_ui/live/pace.py).
const AGAIN = "Softmax-Again";
const WAITS_MS = [1_000, 2_000, 4_000, 8_000];
// After a person did something, an answer can still be one from just before.
const HURRY_MS = 400;
const HURRIED_FOR_MS = 1_000;

class Poller {
  listeners = /** @type {Set<Listener>} */ (new Set());
  latest = /** @type {Message | null} */ (null);
  flight = /** @type {AbortController | null} */ (null);
  failures = 0;
  timer = 0;
  asked_at = /** @type {number | null} */ (null);
  asap = false;
  ended = false;
  hurried_until = 0;

  constructor(/** @type {string} */ address) {
    this.url = new URL(address, document.baseURI);
  }

  hurry() {
    this.hurried_until = performance.now() + HURRIED_FOR_MS;
    this.ask();
  }

  // Also called when a person comes back to the tab: then nobody waits for a timer.
  async ask() {
    clearTimeout(this.timer);
    if (this.ended || document.hidden) return;
    if (this.flight) {
      this.asap = true;
      return;
    }
    this.flight = new AbortController();
    /** @type {number | null} */
    let wait = WAITS_MS[0];
    try {
      wait = await this.next();
    } finally {
      this.flight = null;
      if (this.asap) wait = 0;
      this.asap = false;
      if (wait !== null && !this.ended) this.timer = setTimeout(() => this.ask(), wait);
    }
  }

  // Gets an answer, tells it, and returns after how many milliseconds to ask again; null for never.
  async next() {
    const began = performance.now();
    let crowded = 0;
    try {
      const answer = await this.fetch();
      crowded = Number(answer.headers.get(AGAIN)) || 0;
      // What has not changed since the message that it has may be left out.
      if (answer.status === 200) this.latest = { ...this.latest, ...await answer.json() };
      else if (answer.status === 404) return this.lost((await answer.json()).message);
      else if (answer.status !== 204) return this.failed((await answer.json()).message);
    } catch {
      return this.failed(null);
    }
    const { latest } = this;
    if (this.ended || !latest) return null;
    this.failures = 0;
    let wanted = false;
    for (const listener of this.listeners) wanted = listener.told(latest, began) || wanted;
    const hurried = began < this.hurried_until;
    const again = latest.again ?? (wanted || hurried ? WAITS_MS[0] : null);
    if (again === null) return null;
    const wait = hurried ? Math.min(again, HURRY_MS) : Math.max(again, crowded);
    return Math.max(wait - (performance.now() - began), AT_LEAST_MS);
  }

  async fetch() {
    const { flight, asked_at } = this;
    const { searchParams } = this.url;
    if (this.latest) searchParams.set("seen", this.latest.marker);
    // By this the server counts how many watch.
    this.asked_at = performance.now();
    if (asked_at !== null) searchParams.set("after", String(Math.round(this.asked_at - asked_at)));
    const patience = setTimeout(() => flight?.abort(), LONGEST_ANSWER_MS);
    try {
      return await fetch(this.url, { cache: "no-store", signal: flight?.signal });
    } finally {
      clearTimeout(patience);
    }
  }

  lost(/** @type {string | null} */ message) {
    for (const listener of this.listeners) listener.lost(message);
    return null;
  }

  failed(/** @type {string | null} */ message) {
    const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)];
    this.failures += 1;
    // Once is nothing; a person is told when it goes on.
    if (this.failures > 1) this.lost(message);
    return wait;
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    this.flight?.abort();
  }
}

// Tells a listener every answer until what it returns is called.
export function watch(/** @type {string} */ address, /** @type {Listener} */ listener) {
  const poller = pollers.get(address) ?? new Poller(address);
  pollers.set(address, poller);
  poller.listeners.add(listener);
  if (poller.latest) listener.told(poller.latest, 0);
  poller.hurry();
  return () => {
    poller.listeners.delete(listener);
    if (poller.listeners.size) return;
    poller.end();
    pollers.delete(address);
  };
}

export function hurry(/** @type {string} */ address) {
  pollers.get(address)?.hurry();
}

const wake = () => pollers.forEach((poller) => poller.ask());
document.addEventListener("visibilitychange", wake);
addEventListener("online", wake);
