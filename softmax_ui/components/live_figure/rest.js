// What changes all the time takes a fiftieth of the time to draw, and is never older than a second:
// on a slow machine the training needs the processor, too.
const REST = 50;
const LONGEST_MS = 1000;

/**
 * How long a figure that was drawn keeps what it shows, from when its drawing began. The first
 * drawing takes longest, and shows a run that has just begun: the next one follows at once.
 * @param {number} took_ms
 * @param {boolean} is_first
 * @returns {number} milliseconds
 */
export function rest_after(took_ms, is_first) {
  return is_first ? 0 : Math.min(REST * took_ms, LONGEST_MS);
}
