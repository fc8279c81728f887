// Kept in localStorage, so that a reload and another tab may still steer; never in the address.
/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ key: string, secrets: Record<string, string>, teacher?: string }} Held */
const STORED = "softmax-explorer-steering";
const MOST_SECRETS = 100;
const SECRET = /^#(steer|teacher)=([0-9a-f]{64})$/;

// The page may have written its settings into the address before this script came, which drops
// what stands behind the #; the browser still knows with which address it was opened.
function opened_with() {
  const [entry] = performance.getEntriesByType("navigation");
  return [new URL(location.href), ...(entry ? [new URL(entry.name)] : [])];
}

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {Held | null} */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "null");
    return /^[0-9a-f]{64}$/.test(kept?.key) && kept.secrets instanceof Object ? kept : null;
  } catch {
    return null; // Unreadable or forbidden.
  }
}

function write(/** @type {Held} */ kept) {
  try {
    localStorage.setItem(STORED, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing steers until its tab is closed.
  }
}

/** @type {Held} */
let held = { key: random(), secrets: {} };
let told = "";
/** @typedef {{ known: boolean, renewed: string }} Data */
/** @type {Props<Data> | null} */
let newest = null;

function take_from_address() {
  for (const address of opened_with()) {
    const [, kind, secret] = SECRET.exec(address.hash) ?? [];
    const run = address.searchParams.get("run");
    if (kind === "teacher") held = { ...held, teacher: secret };
    if (kind !== "steer" || !run) continue;
    const entries = Object.entries({ ...held.secrets, [run]: secret }).slice(-MOST_SECRETS);
    held = { ...held, secrets: Object.fromEntries(entries) };
  }
  if (SECRET.test(location.hash)) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
}

function tell() {
  held = read() ?? held; // another tab may have written since
  take_from_address();
  const renewed = newest?.data.renewed;
  if (renewed) held = { ...held, teacher: renewed };
  const text = JSON.stringify(held);
  write(held);
  // A server that was restarted, or the session that follows a lost connection, knows of nobody.
  if (text === told && newest?.data.known) return;
  told = text;
  newest?.setStateValue("held", held);
}

addEventListener("storage", ({ key }) => {
  if (key === STORED && read()?.key !== held.key) tell();
});

export default function (/** @type {Props<Data>} */ props) {
  newest = props;
  tell();
}
