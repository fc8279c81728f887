// Buttons that do not change places, and a list of what was ordered and not yet answered for.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ labels: Record<string, string>, allowed: string[], done: number,
 *   ordered: string }} Data */
/** @typedef {[number, string]} Order its number and its kind */
/** @typedef {{ kinds: string[], box: HTMLElement, button: HTMLButtonElement, icon: HTMLElement,
 *   label: HTMLElement, times: HTMLElement }} Place one button, which may change its meaning */
/** @typedef {{ places: Place[], props: Props<Data>, open: Order[], timer: number,
 *   clicked: string }} Kept */
import { find, make, set_property, staying } from "../shared/dom.js";
import { say_ordered } from "../shared/orders.js";

const ICONS = new Map([
  ["pause", "pause"], ["resume", "play_arrow"], ["step", "skip_next"],
  ["step_epoch", "fast_forward"], ["stop", "stop"],
]);
// A click can be lost between two runs of the script, and an order is obeyed once however often it
// is sent. What a server that was away never heard of is not obeyed when it is back.
const SENT_AGAIN_MS = 3_000;
const FORGOTTEN_MS = 10_000;

let newest = 0;

/** @param {Kept} kept @param {string} kind */
function order(kept, kind) {
  if (!kept.props.data.allowed.includes(kind)) return;
  newest = Math.max(newest + 1, Date.now());
  kept.open.push([newest, kind]);
  send(kept);
}

function send(/** @type {Kept} */ kept) {
  clearTimeout(kept.timer);
  const since = Date.now() - FORGOTTEN_MS;
  kept.open = kept.open.filter(([number]) => number > since);
  draw(kept);
  if (!kept.open.length) return;
  kept.props.setTriggerValue("orders", kept.open);
  kept.timer = setTimeout(() => send(kept), SENT_AGAIN_MS);
}

const PLACES = [["pause", "resume"], ["step"], ["step_epoch"], ["stop"]];

function meant(/** @type {Kept} */ { props: { data } }, /** @type {Place} */ { kinds }) {
  return kinds.find((kind) => data.allowed.includes(kind)) ?? kinds[kinds.length - 1];
}

/** @returns {Kept} */
function begin(/** @type {Props<Data>} */ props) {
  const root = find(props.parentElement, ".run-orders");
  /** @type {Kept} */
  const kept = { places: [], props, open: [], timer: 0, clicked: "" };
  for (const kinds of PLACES) {
    const label = make("span", "label");
    const times = make("span", "times");
    const icon = make("span", "icon", "", { "aria-hidden": "true", translate: "no" });
    const button = make("button", "", [icon, label, times], { type: "button" });
    const place = { kinds, box: make("span", "", button), button, icon, label, times };
    button.addEventListener("click", ({ detail }) => {
      // Of a double click the second one means what the first did, though the button has changed.
      if (detail < 2) kept.clicked = meant(kept, place);
      order(kept, kept.clicked);
    });
    kept.places.push(place);
  }
  root.replaceChildren(...kept.places.map(({ box }) => box));
  return kept;
}

function draw(/** @type {Kept} */ kept) {
  const { places, props: { data }, open } = kept;
  const said = [];
  for (const place of places) {
    const { kinds, box, button, icon, label, times } = place;
    const kind = meant(kept, place);
    const given = open.filter(([, each]) => kinds.includes(each));
    const more = given.length > 1 ? ` × ${given.length}` : "";
    if (given.length) said.push(data.labels[given[0][1]] + more);
    // The class that Streamlit would give a button with this key.
    set_property(box, "className", `st-key-${kind}`);
    set_property(icon, "textContent", ICONS.get(kind) ?? "");
    set_property(label, "textContent", data.labels[kind]);
    set_property(times, "textContent", more.trim());
    button.classList.toggle("ordered", given.length > 0);
    // Not disabled: it would lose the focus, and the keyboard its place.
    button.setAttribute("aria-disabled", String(!data.allowed.includes(kind)));
  }
  say_ordered(said.length ? data.ordered.replace("{orders}", said.join(", ")) : "");
}

/** @param {Kept} kept @param {Props<Data>} props */
function show(kept, props) {
  kept.props = props;
  kept.open = kept.open.filter(([number]) => number > props.data.done);
  draw(kept);
}

function end(/** @type {Kept} */ { timer }) {
  clearTimeout(timer);
  say_ordered("");
}

export default staying(begin, show, end);
