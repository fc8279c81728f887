// The frame of a run's film that the page shows while somebody moves through its steps: what moves
// on the page draws it instead of what the run has reached.

export const film = new EventTarget();

/** @type {Record<string, unknown> | null} */
let shown = null;

/** @param {Record<string, unknown>} frame */
export function show_frame(frame) {
  shown = frame;
  film.dispatchEvent(new Event("frame"));
}

// The page is drawn for the step by now, or follows the run again.
export function leave_film() {
  shown = null;
}

/** @template {object} M @param {M} message @returns {M} */
export function in_film(message) {
  return shown ? { ...message, ...shown } : message;
}
