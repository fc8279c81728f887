// Depends on Streamlit's inside: that it changes the address by history.pushState.

// Streamlit enters each change of a page's parameters into the browser's history. Back would walk
// through every place where a handle has stood, and the page, which remembers, would answer each
// step with a new entry. So a page has one entry: its address is replaced.
export function keep_one_entry_per_page() {
  const push = history.pushState;
  history.pushState = (state, title, url) => {
    const same_page = new URL(url ?? "", location.href).pathname === location.pathname;
    (same_page ? history.replaceState : push).call(history, state, title, url);
  };
}

// A page that is read in sections has an entry for each. Streamlit may have written the address of
// the new section over the entry of the old one already.
export function enter(
  /** @type {string} */ parameter,
  /** @type {string} */ section,
  /** @type {string} */ left,
) {
  const address = new URL(location.href);
  address.searchParams.set(parameter, left);
  history.replaceState(history.state, "", address.href);
  address.searchParams.set(parameter, section);
  History.prototype.pushState.call(history, history.state, "", address.href);
}

// Back and Forward between two sections would have Streamlit run the page again, which remembers
// what it shows and would write the address that was just left. So the page is told instead.
export function on_return(
  /** @type {string} */ parameter,
  /** @type {(section: string | null) => void} */ tell,
) {
  const page = location.pathname;
  const listen = (/** @type {PopStateEvent} */ event) => {
    if (location.pathname !== page) return;
    event.stopImmediatePropagation();
    tell(new URL(location.href).searchParams.get(parameter));
  };
  addEventListener("popstate", listen, true);
  return () => removeEventListener("popstate", listen, true);
}
