// Depends on Streamlit's inside: that a block's key is among its classes, and an alert's test id.

// What is said of an answer comes above the field. Whoever has only the field and its buttons in the
// window, as on a phone with its keyboard out, would see nothing of it: it comes above the window,
// and the browser holds all else in its place. So it is brought into the window.
import { look_repeatedly } from "./place.js";

const QUESTION = "[class*=st-key-question_]";
const SUBMITS = ":is([class*=st-key-commit_], [class*=st-key-show_]) button";
const REPLY = "[data-testid=stAlert]";
const WATCHED = { childList: true, subtree: true, characterData: true };

/** @type {MutationObserver | null} */
let waiting = null;

function bring_next(/** @type {string} */ name) {
  const reply = () => document.getElementsByClassName(name)[0]?.querySelector(REPLY);
  const before = reply()?.textContent;
  waiting?.disconnect();
  const observer = waiting = new MutationObserver(() => {
    const said = reply()?.textContent;
    if (!said || said === before) return;
    observer.disconnect();
    look_repeatedly(() => reply()?.scrollIntoView({ block: "nearest" }));
  });
  observer.observe(document.body, WATCHED);
}

export function bring_replies_into_view() {
  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest(SUBMITS))) return;
    const classes = target.closest(QUESTION)?.classList ?? [];
    const name = [...classes].find((each) => each.startsWith("st-key-question_"));
    if (name) bring_next(name);
  }, true);
}
