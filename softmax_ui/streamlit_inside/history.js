// Depends on Streamlit's inside: that it changes the address by history.pushState, and by
// history.replaceState after Back.

import { note_titles, read_next_page } from "./reading.js";

// WebKit refuses more than 100 changes of the address in ten seconds, its older versions in thirty,
// and a refused one throws. Whoever comes near that has only the last of their addresses written.
const MOST = 80;
const WINDOW_MS = 30_000;

/** @type {{ state: unknown, address: string } | null} */
let waiting = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {number[]} */
let written_at = [];

/** @typedef {{ parameter: string, section: string | null }} Returning */
/** @type {Returning | null} */
let returning = null;

function set_section(/** @type {URL} */ address, /** @type {Returning} */ { parameter, section }) {
  if (section === null) address.searchParams.delete(parameter);
  else address.searchParams.set(parameter, section);
}

function write_waiting() {
  clearTimeout(timer);
  timer = undefined;
  if (!waiting) return;
  const { state, address } = waiting;
  written_at = [...written_at, performance.now()].slice(-MOST);
  try {
    History.prototype.replaceState.call(history, state, "", address);
    waiting = null;
  } catch {
    timer = setTimeout(write_waiting, WINDOW_MS / 3);
  }
}

// The address as it is, or will be when it may be written.
export const address_here = () => waiting?.address ?? location.href;

export function replace_address(/** @type {string} */ address, state = history.state) {
  if (address === address_here()) return;
  waiting = { state, address };
  const oldest = written_at.length < MOST ? -Infinity : written_at[0];
  const pause = oldest + WINDOW_MS - performance.now();
  if (pause <= 0 && !timer) write_waiting();
  else timer ??= setTimeout(write_waiting, Math.max(0, pause));
}

// Streamlit enters each change of a page's parameters into the browser's history. Back would walk
// through every place where a handle has stood, and the page, which remembers, would answer each
// step with a new entry. So a page has one entry: its address is replaced.
export function keep_one_entry_per_page() {
  let page = location.pathname;
  history.pushState = (state, title, url) => {
    const to = new URL(url ?? "", location.href);
    if (to.pathname === location.pathname) {
      if (returning) set_section(to, returning);
      return replace_address(to.href, state);
    }
    returning = null;
    write_waiting();
    History.prototype.pushState.call(history, state, title, url);
    page = location.pathname;
    read_next_page();
  };
  // It replaces the address by itself in a run that Back began.
  history.replaceState = (state, title, url) => {
    const to = new URL(url ?? "", address_here());
    if (returning && to.pathname === location.pathname) set_section(to, returning);
    History.prototype.replaceState.call(history, state, title, url ? to.href : url);
  };
  addEventListener("pagehide", write_waiting);
  addEventListener("click", note_titles, true);
  addEventListener("popstate", () => {
    waiting = null;
    if (location.pathname === page) return;
    page = location.pathname;
    note_titles();
    read_next_page();
  }, true);
}

// A page that is read in sections has an entry for each. Streamlit may have written the address of
// the new section over the entry of the old one already.
export function enter(
  /** @type {string} */ parameter,
  /** @type {string} */ section,
  /** @type {string} */ left,
) {
  const address = new URL(address_here());
  address.searchParams.set(parameter, left);
  waiting = { state: history.state, address: address.href };
  write_waiting();
  address.searchParams.set(parameter, section);
  History.prototype.pushState.call(history, history.state, "", address.href);
}

// Back and Forward between two sections would have Streamlit run the page again, which remembers
// what it shows and would write the address that was just left. So the page is told instead. A run
// that began before may still write the section that was left, over the entry that is now open:
// until the page has `arrived`, an entry keeps its section.
export function on_return(
  /** @type {string} */ parameter,
  /** @type {(section: string | null) => void} */ tell,
) {
  const page = location.pathname;
  const listen = (/** @type {PopStateEvent} */ event) => {
    returning = null;
    if (location.pathname !== page) return;
    event.stopImmediatePropagation();
    const section = new URL(location.href).searchParams.get(parameter);
    returning = { parameter, section };
    tell(section);
  };
  addEventListener("popstate", listen, true);
  return () => removeEventListener("popstate", listen, true);
}

export const arrived = () => void (returning = null);
