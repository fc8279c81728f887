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
