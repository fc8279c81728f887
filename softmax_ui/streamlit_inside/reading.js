// Depends on Streamlit's inside: #stMain, which scrolls and stays where it was when what is in it
// is drawn anew.

/** @type {MutationObserver | undefined} */
let waiting;

// As soon as the title is there, the page is at its top and the title has the focus, so that keys
// and screen readers go on from it.
export function read_from_title(/** @type {string} */ selector) {
  const main = document.querySelector("[data-testid=stMain]");
  if (!main) return;
  const arrived = () => {
    /** @type {HTMLElement | null} */
    const title = main.querySelector(selector);
    if (!title) return false;
    main.scrollTo({ top: 0, behavior: "instant" });
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    return true;
  };
  waiting?.disconnect();
  if (arrived()) return;
  waiting = new MutationObserver(() => arrived() && waiting?.disconnect());
  waiting.observe(main, { childList: true, subtree: true });
}
