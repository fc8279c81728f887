// What a person finds again on the same device, in localStorage.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {Record<string, unknown>} Entries */
/** @typedef {{ name: string, entries: Entries, forget: string[] }} Data */
import { staying } from "../shared/dom.js";

const stored_as = (/** @type {string} */ name) => `softmax-explorer-${name}`;

/** @returns {Entries} */
function read(/** @type {string} */ name) {
  try {
    const held = JSON.parse(localStorage.getItem(stored_as(name)) ?? "{}");
    if (held && typeof held === "object" && !Array.isArray(held)) return held;
  } catch {
    // Unreadable or forbidden: as if there were nothing.
  }
  return {};
}

function write(/** @type {Data} */ { name, entries, forget }) {
  const before = read(name);
  const after = { ...before, ...entries };
  for (const entry of forget) delete after[entry];
  const text = JSON.stringify(after);
  if (text === JSON.stringify(before)) return;
  try {
    localStorage.setItem(stored_as(name), text);
  } catch {
    // A browser that keeps nothing remembers until its tab is closed.
  }
}

export default staying(
  (/** @type {Props<Data>} */ { data, setStateValue }) => {
    const found = read(data.name);
    if (Object.keys(found).length > 0) setStateValue("found", found);
  },
  (_none, { data }) => write(data),
  () => {},
);
