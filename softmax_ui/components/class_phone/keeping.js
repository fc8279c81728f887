// What a browser keeps of a class: a key of its own, by which the server knows it again, and the
// code. The lesson reads it too, to tell the class how far it is.

/** @typedef {{ key: string, code: string, name: string }} Kept */
const STORED = "softmax-explorer-class";

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {Kept | null} */
let here = null;

/** @returns {Kept} */
export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(STORED) ?? "null");
    if (/^[0-9a-f]{64}$/.test(found?.key)) {
      return (here = { key: found.key, code: `${found.code ?? ""}`, name: `${found.name ?? ""}` });
    }
  } catch {
    // Unreadable or forbidden: as long as the page is open.
  }
  here ??= { key: random(), code: "", name: "" };
  return here;
}

export function keep(/** @type {Partial<Kept>} */ change) {
  here = { ...kept(), ...change };
  try {
    localStorage.setItem(STORED, JSON.stringify(here));
  } catch {
    // It is known until its tab is closed.
  }
}
