// The bars of one or two rounds, as text and lengths; the phones' and the board's alike.

import { make } from "../shared/dom.js";

/** @typedef {{ label: string, count: number, right: boolean | null }} Bar */
/** @typedef {{ number: number, votes: number, bars: Bar[] }} Round */

export function bars_of(/** @type {Bar[]} */ bars) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return bars.map(({ label, count, right }) => {
    const line = make("i");
    line.style.width = `${(100 * count) / most}%`;
    const text = `${right ? "✓ " : ""}${label}: `;
    return make("div", right ? "bar right" : "bar", [text, make("span", "", String(count)), line]);
  });
}
