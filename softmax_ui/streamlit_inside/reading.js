// Depends on Streamlit's inside: #stMain, which scrolls and stays where it was when what is in it
// is drawn anew.

/** @type {MutationObserver | undefined} */
let waiting;

// As soon as the title is there, the page is at its top and the title has the focus, so that keys
// and screen readers go on from it.
export function read_from_title(/** @type {string} */ selector) {
  const main = find_main();
  if (main) read_when(main, () => main.querySelector(selector));
}

/** @type {Set<string | null>} */
let before = new Set();

// By the click that leaves the page: Streamlit may draw the next one before it enters its address.
export function note_titles() {
  before = new Set(titles().map((title) => title.textContent));
}

// Of a page that a link or Back led to: what it shows until it is drawn is the page before.
export function read_next_page() {
  const main = find_main();
  if (main) read_when(main, () => titles().find((title) => !before.has(title.textContent)));
}

const find_main = () => document.querySelector("[data-testid=stMain]");

/** @returns {HTMLElement[]} */
const titles = () => [...document.querySelectorAll("[data-testid=stMain] :is(h1, h2)")]
  .filter((title) => title instanceof HTMLElement);

/** @param {Element} main @param {() => HTMLElement | null | undefined} look */
function read_when(main, look) {
  const arrived = () => {
    const title = look();
    if (!title) return false;
    main.scrollTo({ top: 0, behavior: "instant" });
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    return true;
  };
  waiting?.disconnect();
  if (arrived()) return;
  waiting = new MutationObserver(() => arrived() && waiting?.disconnect());
  waiting.observe(main, { childList: true, subtree: true, characterData: true });
}
