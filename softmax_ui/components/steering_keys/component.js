// Kept in localStorage, so that a reload and another tab may still steer; never in the address.
const STORED = "softmax-explorer-steering";
const MOST_SECRETS = 100;
const SECRET = /^#steer=([0-9a-f]{64})$/;

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

/** @returns {{ key: string, secrets: Record<string, string> }} */
function read() {
  try {
    const held = JSON.parse(localStorage.getItem(STORED) ?? "null");
    const is_whole = typeof held?.key === "string" && typeof held.secrets === "object";
    if (is_whole && held.secrets) return held;
  } catch {
    // Unreadable or forbidden: begin anew.
  }
  return { key: random(), secrets: {} };
}

function write(/** @type {ReturnType<typeof read>} */ kept) {
  try {
    localStorage.setItem(STORED, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing steers until its tab is closed.
  }
}

let held = read();
let told = "";

/** @param {import("../shared/streamlit.js").Props<null>} props */
export default function ({ setStateValue }) {
  for (const address of opened_with()) {
    const secret = SECRET.exec(address.hash)?.[1];
    const run = address.searchParams.get("run");
    if (!secret || !run) continue;
    const entries = Object.entries({ ...held.secrets, [run]: secret }).slice(-MOST_SECRETS);
    held = { ...held, secrets: Object.fromEntries(entries) };
  }
  if (SECRET.test(location.hash)) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  write(held);
  const text = JSON.stringify(held);
  if (text !== told) {
    told = text;
    setStateValue("held", held);
  }
}
