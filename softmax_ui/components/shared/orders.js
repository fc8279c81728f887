// What a person has ordered of the run on the page and no script has answered for yet: the buttons
// say it, and the line with the run's status shows it at once.

export const orders = new EventTarget();

/** @param {string} text in words; empty once all was answered for */
export function say_ordered(text) {
  orders.dispatchEvent(new CustomEvent("said", { detail: text }));
}
