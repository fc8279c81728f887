// Depends on Streamlit's inside: the words that it says itself, put into the reader's language
// where they stand, and the test ids of the places where it says them.

import { mark_open_page } from "./menu.js";

const SPOKEN = ["aria-label", "title", "placeholder"];
// Where our own components draw, nothing of Streamlit's is said, and much changes.
const OURS = ".live-figure, svg, canvas, .katex";
// Only here is a text Streamlit's own; elsewhere it may be a name that a person gave.
const ALERTS = "[role=dialog], [data-testid=stException], [data-testid=stConnectionStatus]";
const THEIRS = `a[href='#stMain'], [data-testid=stFileUploader], [data-testid=stCameraInput],
  [data-testid=stTooltipContent], [data-testid=stStatusWidget], ${ALERTS}`;
const SPEAKING = `a, button, input, textarea, label, span, p, div[aria-label], [role],
  :is(${ALERTS}) *`;

/** @type {Record<string, string>} */
let words = {};
/** @type {MutationObserver | null} */
let observer = null;
const english = new Map(); // what stands there now -> what Streamlit had said

// What Streamlit puts together out of a phrase and a value.
/** @returns {string | undefined} */
function composed(/** @type {string} */ said) {
  if (said.startsWith("Help for ")) return words["Help for"] + said.slice(8);
  if (said.startsWith("Remove ")) return words["Remove {name}"].replace("{name}", said.slice(7));
  const page = said.match(/^Page (\d+)$/);
  if (page) return words["Page {n}"].replace("{n}", page[1]);
  const limit = said.match(/^(\d+MB) per file(.*)$/);
  if (limit) return words["{size} per file"].replace("{size}", limit[1]) + limit[2];
  // Of a file on its way; the number is for whoever programs an app.
  const failed = said.match(/^(?:Error: )?AxiosError: (Request failed with status code )?(413)?/);
  if (failed) return words[`${failed[1]}${failed[2]}`] ?? words["Network Error"];
  const most = said.match(/^Error: File must be ([\d.]+)\.0MB or smaller\.$/);
  if (most) return words["File must be {size} MB or smaller."].replace("{size}", most[1]);
  const is_refused = /^Error: .* files are not allowed\.$/.test(said);
  return is_refused ? words["Files are not allowed."] : undefined;
}

function translated(/** @type {string} */ text) {
  const said = english.get(text) ?? text;
  const wanted = words[said] ?? composed(said);
  if (wanted === undefined || wanted === text) return null;
  english.set(wanted, said);
  return wanted;
}

function translate(/** @type {Element} */ element) {
  // An icon inside a sentence is spoken as "edit icon", in English; the sentence says enough.
  if (element.getAttribute("role") === "img" && element.ariaLabel?.endsWith(" icon")) {
    element.removeAttribute("aria-label");
    element.setAttribute("aria-hidden", "true");
  }
  for (const name of SPOKEN) {
    const value = element.getAttribute(name);
    const wanted = value && translated(value);
    if (wanted) element.setAttribute(name, wanted);
  }
  if (!element.closest(THEIRS)) return;
  const texts = [...element.childNodes].filter((node) => node instanceof Text);
  if (texts.length > 1 && !element.childElementCount) {
    // One sentence that React keeps in several nodes, as "Error: " and what it is.
    const wanted = translated(element.textContent.trim());
    if (wanted) texts.forEach((node, place) => (node.data = place ? "" : wanted));
    return;
  }
  for (const node of texts) {
    const wanted = translated(node.data.trim());
    if (wanted) node.data = wanted;
  }
}

function translate_all(/** @type {Node} */ node) {
  if (!(node instanceof Element) || node.closest(OURS)) return;
  translate(node);
  for (const inner of node.querySelectorAll(SPEAKING)) {
    if (!inner.closest(OURS)) translate(inner);
  }
}

function heard(/** @type {MutationRecord[]} */ records) {
  for (const { type, target, addedNodes } of records) {
    // What is said may change where it stands: another text in an element that was there.
    const place = target instanceof Element ? target : target.parentElement;
    if (!place?.isConnected || place.closest(OURS)) continue;
    translate(place);
    if (type !== "childList") continue;
    addedNodes.forEach(translate_all);
    // The code of its links may come after the menu.
    if (place.closest(".st-key-menu")) mark_open_page();
  }
}

export function speak(/** @type {string} */ language, /** @type {typeof words} */ in_language) {
  const root = document.documentElement;
  // At first too: what stands there by now has been missed.
  const is_changed = !observer || root.lang !== language;
  root.lang = language;
  words = in_language;
  if (is_changed) translate_all(document.body);
  observer ??= new MutationObserver(heard);
  observer.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: SPOKEN,
  });
}
