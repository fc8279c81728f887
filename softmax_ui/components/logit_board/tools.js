// Presets, the number of classes, the link, the two scalings and the key of a descent step.

/** @import { Board } from "./types.js" */
import { address_here } from "../../streamlit_inside/history.js";
import { find, make } from "../shared/dom.js";
import { clamp_logit, tidy } from "../shared/numbers.js";
import { fill, set_attribute, set_text } from "./dom.js";
import { linear, logarithmic, make_slider } from "./sliders.js";

const LONGEST_ANSWER_MS = 20_000;
const FEWEST = 2;
const MOST = 20;

// The presets that fit any number of classes.
/** @type {Record<string, (n: number) => number[]>} */
const PATTERNS = {
  uniform: (n) => Array.from({ length: n }, () => 0),
  near_tie: (n) => Array.from({ length: n }, (_, k) => [2, 1.999][k] ?? -1),
  one_hot: (n) => Array.from({ length: n }, (_, k) => (k === 0 ? 12 : 0)),
  hundred: (n) => Array.from({ length: n }, (_, k) => (k % 2 ? -100 : 100)),
  random: (n) => Array.from({ length: n }, () => tidy(2 * normal(), 0.01)),
};

// A draw from the standard normal distribution (Box and Muller).
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

// WebKit lets a page copy only while the click is being answered: what is still to come is handed
// over as a promise. Browsers give the clipboard to encrypted pages and to localhost alone; a
// class's server has often neither, and there the old way still works.
async function copy_text(/** @type {Promise<string>} */ coming) {
  try {
    const blob = coming.then((text) => new Blob([text], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return true;
  } catch {
    const field = make("textarea");
    field.value = await coming;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

export function make_tools(/** @type {Board} */ board) {
  const { labels, root } = board;

  /** @param {number[]} logits */
  function show_logits(logits, names = board.state.names, target = board.state.target) {
    Object.assign(board.state, { logits: [...logits], names: [...names], target });
    board.change("logits");
    board.rebuild();
    board.flush();
  }

  function resize(/** @type {number} */ n) {
    const { logits, names, target } = board.state;
    const kept = target !== null && target >= n ? null : target;
    const places = Array.from({ length: n }, (_, k) => k);
    const new_names = places.map((k) => names[k] ?? fill(labels.new_class, { number: k + 1 }));
    show_logits(places.map((k) => logits[k] ?? 0), new_names, kept);
  }

  function scale_by(/** @type {number} */ factor) {
    const { limit, state } = board;
    state.logits = state.logits.map((o) => clamp_logit(o * factor, limit));
    board.change("logits", { now: true });
  }

  // The link is Python's: wait until it has answered the last change.
  async function link() {
    board.flush();
    const until = performance.now() + LONGEST_ANSWER_MS;
    while (performance.now() < until && board.data.truth.serial !== board.serial) {
      await new Promise((done) => setTimeout(done, 50));
    }
    return address_here();
  }

  async function copy_link() {
    const is_copied = await copy_text(link());
    copy.textContent = is_copied ? labels.copied : labels.copy_failed;
    copy.focus();
    setTimeout(() => (copy.textContent = labels.copy_link), 1800);
  }

  function build_presets() {
    /** @type {(text: string, choose: () => void) => HTMLElement} */
    const chip = (text, choose) => {
      const node = make("button", "chip", text, { type: "button" });
      node.addEventListener("click", choose);
      return node;
    };
    find(root, ".presets").replaceChildren(
      ...board.data.presets.map(({ label, logits, names, target }) =>
        chip(label, () => show_logits(logits, names, target))),
      ...Object.entries(PATTERNS).map(([name, pattern]) =>
        chip(labels[name], () => show_logits(pattern(board.state.logits.length)))),
    );
  }

  build_presets();
  const resize_by = (/** @type {number} */ difference) => {
    const n = board.state.logits.length + difference;
    if (n >= FEWEST && n <= MOST) resize(n);
  };
  const [fewer, more] = find(root, ".stepper").querySelectorAll("button");
  const copy = find(root, ".copy");
  fewer.addEventListener("click", () => resize_by(-1));
  more.addEventListener("click", () => resize_by(1));
  copy.addEventListener("click", copy_link);
  find(root, ".halve").addEventListener("click", () => scale_by(0.5));
  find(root, ".double").addEventListener("click", () => scale_by(2));
  // The key steps wherever the hand is on the page, but not where a person types.
  function is_step(/** @type {KeyboardEvent} */ event) {
    const is_plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const [target] = event.composedPath();
    const typing = "input[type=text], textarea, select";
    const is_typing = target instanceof Element && target.matches(typing);
    return event.key.toLowerCase() === "s" && is_plain && !is_typing;
  }
  const step = (/** @type {KeyboardEvent} */ event) => is_step(event) && board.descent?.step();
  const rest = (/** @type {KeyboardEvent} */ event) => is_step(event) && board.flush();
  document.addEventListener("keydown", step);
  document.addEventListener("keyup", rest);

  return {
    draw() {
      const n = board.state.logits.length;
      set_text(find(root, ".count"), String(n));
      // Disabled in word alone: a button that is really disabled loses the focus.
      set_attribute(fewer, "aria-disabled", String(n <= FEWEST));
      set_attribute(more, "aria-disabled", String(n >= MOST));
    },
    stop() {
      document.removeEventListener("keydown", step);
      document.removeEventListener("keyup", rest);
    },
  };
}

// A row of numbers in any form: Python reads it, and answers with a board or a sentence.
export function make_paste(/** @type {Board} */ board) {
  const { root } = board;
  const form = find(root, "form");
  const field = find(form, "textarea");
  const opener = find(root, ".open-paste");
  const open = (/** @type {boolean} */ shown) => {
    // The keyboard does not go away with the form.
    if (!shown && form.contains(/** @type {ShadowRoot} */ (root).activeElement)) opener.focus();
    form.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
  };
  opener.addEventListener("click", () => {
    open(!!form.hidden);
    if (!form.hidden) field.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    board.paste(field.value);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) form.requestSubmit();
    if (event.key === "Enter" && !event.shiftKey) event.preventDefault();
  });
  function hear() {
    const { notice } = board.data;
    set_text(find(form, ".notice"), notice ?? "");
    if (notice) open(true);
  }

  // A board that has just come from Python closes the field; a sentence opens it.
  return { draw() {}, build: () => open(false), settle: hear, hear };
}

export function make_knobs(/** @type {Board} */ board) {
  /** @typedef {"temperature" | "shift" | "learning_rate" | "smoothing"} Knob */
  const knob = (/** @type {Knob} */ kind) => ({
    kind,
    read: () => board.state[kind],
    write: (/** @type {number} */ value) => void (board.state[kind] = value),
  });
  return [
    make_slider(board, ".temperature", {
      ...knob("temperature"), scale: logarithmic(0.05, 20), low: 0.05, high: 20, step: 0.1,
      rest: 1,
    }),
    make_slider(board, ".shift", {
      ...knob("shift"), scale: linear(-50, 50, 0.1), low: -1000, high: 1000, step: 1, rest: 0,
    }),
    make_slider(board, ".rate", {
      ...knob("learning_rate"), scale: logarithmic(0.01, 10), low: 0.001, high: 100, step: 0.1,
      rest: board.data.learning_rate,
    }),
    make_slider(board, ".smoothing", {
      ...knob("smoothing"), scale: linear(0, 1, 0.01), low: 0, high: 1, step: 0.1, rest: 0,
    }),
  ];
}
