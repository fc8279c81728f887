// Depends on Streamlit's inside: how it writes the links of a menu, the bar around it, and #stMain.

// Streamlit gives the link home an empty address, which on another page means that page: whoever
// opens it in a new tab would stay where they are, and two links would be marked as the open page.
function address_home(/** @type {HTMLAnchorElement} */ link) {
  const address = link.getAttribute("href") ?? "";
  if (/^(\?|$)/.test(address)) link.href = new URL(`.${address}`, document.baseURI).href;
}

// A screen reader says which page is open, and on a phone the menu is scrolled to it.
export function mark_open_page() {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".st-key-menu a");
  for (const link of links) {
    address_home(link);
    const is_open = new URL(link.href).pathname === location.pathname;
    if (!is_open) link.removeAttribute("aria-current");
    else if (link.getAttribute("aria-current") !== "page") {
      link.setAttribute("aria-current", "page");
      keep_in_sight(link);
    }
  }
}

/** @type {ResizeObserver | null} */
let watched = null;

// The links take their places when the style sheet, the font and the words have come, in any order:
// each time the open page is brought back into sight, until the person moves the menu.
function keep_in_sight(/** @type {HTMLElement} */ link) {
  const menu = link.closest(".st-key-menu");
  if (!menu) return;
  const scroll = () => link.scrollIntoView({ inline: "center", block: "nearest" });
  scroll();
  watched?.disconnect();
  const observer = watched = new ResizeObserver(scroll);
  for (const each of [menu, ...menu.querySelectorAll("a")]) observer.observe(each);
  const end = () => observer.disconnect();
  for (const kind of ["pointerdown", "touchstart", "wheel", "focusin"]) {
    menu.addEventListener(kind, end, { once: true, passive: true });
  }
  document.fonts?.ready.then(() => watched === observer && scroll());
}

/** @returns {number} where the page begins to be seen, in pixels: below the bar of the menu */
export function lower_edge() {
  const bar = document.querySelector("[data-testid=stHeader]");
  return bar?.getBoundingClientRect().bottom ?? 0;
}

// The menu is a part of what Streamlit takes for the main content, so its "Skip to main content"
// would skip nothing: ours goes on from the page's own heading.
export function skip_menu() {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("a[href='#stMain']"))) return;
    /** @type {HTMLElement | null} */
    const heading = document.querySelector("[data-testid=stMain] :is(h1, h2)");
    if (!heading) return;
    event.preventDefault();
    event.stopPropagation();
    heading.tabIndex = -1;
    heading.focus();
  }, true);
}
