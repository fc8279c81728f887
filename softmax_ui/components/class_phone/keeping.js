// What a browser keeps of a class: a key of its own, by which the server knows it again, the code,
// and a vote that the server has not acknowledged yet: a phone that sleeps may forget its page. The
// lesson reads it too, to tell the class how far it is.

/** @typedef {{ code: string, round: number, answer: any, sequence: number }} Vote */
/** @typedef {{ key: string, code: string, name: string, unsent: Vote | null }} Kept */
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
      const [code, name] = [`${found.code ?? ""}`, `${found.name ?? ""}`];
      return (here = { key: found.key, code, name, unsent: vote_in(found.unsent) });
    }
  } catch {
    // Unreadable or forbidden: as long as the page is open.
  }
  here ??= { key: random(), code: "", name: "", unsent: null };
  return here;
}

/** @returns {Vote | null} */
function vote_in(/** @type {any} */ found) {
  const is_vote = typeof found?.code === "string" && Number.isSafeInteger(found.round)
    && Number.isSafeInteger(found.sequence) && "answer" in found;
  return is_vote ? found : null;
}

export function keep(/** @type {Partial<Kept>} */ change) {
  here = { ...kept(), ...change };
  try {
    localStorage.setItem(STORED, JSON.stringify(here));
  } catch {
    // It is known until its tab is closed.
  }
}
