// Requests that are tried again: a phone sleeps, and a connection comes and goes.

/** @typedef {{ status: number, said: any }} Got */

/** @param {string} address @param {unknown} [body] @returns {Promise<Got>} */
export async function ask(address, body) {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), 10_000);
  try {
    const got = await fetch(address, {
      method: body === undefined ? "GET" : "POST",
      signal: ending.signal,
      cache: "no-store",
      ...(body === undefined ? {} : {
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const text = got.status === 204 ? "" : await got.text();
    return { status: got.status, said: text ? parsed(text) : null };
  } catch {
    return { status: 0, said: null };
  } finally {
    clearTimeout(timer);
  }
}

function parsed(/** @type {string} */ text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// Whether it makes sense to send the same once more.
export const may_pass = (/** @type {number} */ status) =>
  status === 0 || status === 429 || status >= 500;

// Later and later, and not all phones at once.
export const wait_before = (/** @type {number} */ tries) =>
  Math.min(500 * 2 ** tries, 8000) * (0.75 + Math.random() / 2);

// Grows with each vote, also over a reload: a late one never replaces a later one, and a clock that
// was set back makes none of them late.
let last = 0;
export function next_sequence(/** @type {number} */ now, /** @type {number} */ counted = 0) {
  last = Math.max(last + 1, counted + 1, now);
  return last;
}
