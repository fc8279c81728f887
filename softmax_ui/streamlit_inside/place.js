// Depends on Streamlit's inside: the class st-key-<key> around an element with a key, and that what
// a press has made needless is taken out of the page, the pressed button with it.

// A browser gives the focus of what has left the page, or was switched off, to the page as a whole:
// the next Tab would begin at the top. It goes to what came in its place instead, or else to the
// nearest thing around it that is still there, and is looked at: Safari lets what has grown above
// it push it out of the window.
const KEYED = "[class*='st-key-']";
const LOOKS_MS = [50, 400, 1000];
export const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"];
const WATCHED = { childList: true, subtree: true, attributeFilter: ["disabled"] };

/** @typedef {{ node: HTMLElement, around: string[] }} Place
 *   around: the keys around it, the nearest first */
/** @type {Place | null} */
let place = null;

function keys_around(/** @type {Element} */ node) {
  const keys = [];
  for (let at = node.closest(KEYED); at; at = at.parentElement?.closest(KEYED) ?? null) {
    keys.push(...[...at.classList].filter((name) => name.startsWith("st-key-")));
  }
  return keys;
}

/** @returns {HTMLElement | undefined} */
function successor(/** @type {Place} */ { node, around }) {
  const [nearest] = document.getElementsByClassName(around[0] ?? "");
  const alike = [...(nearest?.querySelectorAll(node.localName) ?? [])];
  const found = alike.length > 1 ? alike.find((each) => each.textContent === node.textContent)
    : alike[0];
  if (found instanceof HTMLElement && !found.matches(":disabled")) return found;
  for (const name of around.slice(node.isConnected ? 1 : 0)) {
    const [box] = document.getElementsByClassName(name);
    if (box instanceof HTMLElement && box.checkVisibility()) return box;
  }
}

// What a press brings changes the page for a while yet; whoever moves the page meanwhile, decides.
export function look_repeatedly(/** @type {() => void} */ once) {
  const looks = LOOKS_MS.map((wait) => setTimeout(once, wait));
  const end = () => looks.forEach(clearTimeout);
  const signal = AbortSignal.timeout(LOOKS_MS[LOOKS_MS.length - 1] + 1);
  for (const kind of MOVES) addEventListener(kind, end, { capture: true, signal });
}

function keep_in_view(/** @type {HTMLElement} */ box) {
  look_repeatedly(() => {
    const { top, bottom } = box.getBoundingClientRect();
    if (top > innerHeight / 2 && bottom > innerHeight) box.scrollIntoView({ block: "nearest" });
  });
}

function look() {
  if (!place) return;
  const { node } = place;
  const has_gone = !node.isConnected || node.matches(":disabled");
  const holder = document.activeElement;
  if (!has_gone || (holder !== document.body && holder !== node)) return;
  const next = successor(place);
  if (!next) return;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  keep_in_view(next);
}

function remember(/** @type {EventTarget | null} */ node) {
  if (node instanceof HTMLElement && node !== document.body) {
    place = { node, around: keys_around(node) };
  }
}

export function keep_the_place() {
  remember(document.activeElement);
  document.addEventListener("focusin", ({ target }) => remember(target));
  // Who points at an empty place wants the focus away from where it was.
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !place?.node.contains(target)) place = null;
  }, true);
  new MutationObserver(look).observe(document.body, WATCHED);
}
