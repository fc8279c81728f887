// Buttons that do not change places, and a list of what was ordered and not yet answered for.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ labels: Record<string, string>, allowed: string[], done: number,
 *   ordered: string }} Data */
/** @typedef {[number, string]} Order its number and its kind */
/** @typedef {{ box: HTMLElement, button: HTMLButtonElement, label: HTMLElement,
 *   times: HTMLElement }} Place */
/** @typedef {{ places: Map<string, Place>, props: Props<Data>, open: Order[],
 *   timer: number }} Kept */
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

/** @returns {Kept} */
function begin(/** @type {Props<Data>} */ props) {
  const root = find(props.parentElement, ".run-orders");
  /** @type {Kept} */
  const kept = { places: new Map(), props, open: [], timer: 0 };
  for (const kind of Object.keys(props.data.labels)) {
    const label = make("span");
    const times = make("span", "times");
    const icon = make("span", "icon", ICONS.get(kind), { "aria-hidden": "true", translate: "no" });
    const button = make("button", "", [icon, label, times], { type: "button" });
    button.addEventListener("click", () => order(kept, kind));
    // The class that Streamlit would give a button with this key.
    kept.places.set(kind, { box: make("span", `st-key-${kind}`, button), button, label, times });
  }
  root.replaceChildren(...[...kept.places.values()].map(({ box }) => box));
  return kept;
}

function draw(/** @type {Kept} */ { places, props: { data }, open }) {
  const said = [];
  for (const [kind, { button, label, times }] of places) {
    const count = open.filter(([, each]) => each === kind).length;
    const more = count > 1 ? ` × ${count}` : "";
    if (count) said.push(data.labels[kind] + more);
    set_property(label, "textContent", data.labels[kind]);
    set_property(times, "textContent", more.trim());
    button.classList.toggle("ordered", count > 0);
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
