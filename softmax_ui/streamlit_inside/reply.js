// Depends on Streamlit's inside: that a block's key is among its classes, and an alert's test id.

// What is said of an answer comes above the field. Whoever has only the field and its buttons in
// the window, as on a phone with its keyboard out, would see nothing of it: it comes above the
// window, and the browser holds all else in its place. So it is brought into the window, and what
// is said below the buttons too.
import { look_repeatedly, MOVES } from "./place.js";

const QUESTION = "[class*=st-key-question_]";
const SUBMITS = ":is([class*=st-key-commit_], [class*=st-key-show_]) button";
const REPLIES = ["[data-testid=stAlert]", "[class*=st-key-said_of_]"];
const WATCHED = { childList: true, subtree: true, characterData: true };

function bring_next(/** @type {string} */ name, /** @type {string} */ what) {
  const reply = () => document.getElementsByClassName(name)[0]?.querySelector(what);
  const before = reply()?.textContent;
  const observer = new MutationObserver(() => {
    const said = reply()?.textContent;
    if (!said || said === before) return;
    observer.disconnect();
    look_repeatedly(() => reply()?.scrollIntoView({ block: "nearest" }));
  });
  observer.observe(document.body, WATCHED);
  const end = () => observer.disconnect(); // whoever moves the page meanwhile, decides
  for (const kind of MOVES) addEventListener(kind, end, { capture: true, once: true });
}

export function bring_replies_into_view() {
  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest(SUBMITS))) return;
    const classes = target.closest(QUESTION)?.classList ?? [];
    const name = [...classes].find((each) => each.startsWith("st-key-question_"));
    if (name) REPLIES.forEach((what) => bring_next(name, what));
  }, true);
}
