// Presets, the number of classes, the link, the two scalings and the key of a descent step.

const FEWEST = 2;
const MOST = 20;

// The presets that fit any number of classes.
const PATTERNS = {
  uniform: (n) => new Array(n).fill(0),
  near_tie: (n) => Array.from({ length: n }, (_, k) => [2, 1.999][k] ?? -1),
  one_hot: (n) => Array.from({ length: n }, (_, k) => (k === 0 ? 12 : 0)),
  hundred: (n) => Array.from({ length: n }, (_, k) => (k % 2 ? -100 : 100)),
  random: (n) => Array.from({ length: n }, () => tidy(2 * normal(), 0.01)),
};

// A draw from the standard normal distribution (Box and Muller).
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

// Browsers give the clipboard to encrypted pages and to localhost alone; a class's server has often
// neither, and there the old way still works.
async function copy_text(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

function make_tools(board) {
  const { labels, root } = board;
  const find = (selector) => root.querySelector(selector);

  function show_logits(logits, names = board.state.names, target = board.state.target) {
    Object.assign(board.state, { logits: [...logits], names: [...names], target });
    board.change("logits");
    board.rebuild();
    board.flush();
  }

  function resize(n) {
    const { logits, names, target } = board.state;
    const kept = target !== null && target >= n ? null : target;
    const new_names = Array.from({ length: n }, (_, k) => names[k] ?? fill(labels.new_class, { number: k + 1 }));
    show_logits(Array.from({ length: n }, (_, k) => logits[k] ?? 0), new_names, kept);
  }

  function scale_by(factor) {
    board.state.logits = board.state.logits.map((o) => clamp(o * factor, -board.limit, board.limit));
    board.change("logits", { now: true });
  }

  // The link is Python's: wait until it has answered the last change.
  async function copy_link(event) {
    const button = event.currentTarget;
    board.flush();
    for (let tries = 0; tries < 60 && board.data.truth.serial !== board.serial; tries++) {
      await new Promise((done) => setTimeout(done, 50));
    }
    button.textContent = (await copy_text(window.location.href)) ? labels.copied : labels.copy_failed;
    button.focus();
    setTimeout(() => (button.textContent = labels.copy_link), 1800);
  }

  function build_presets() {
    const button = (text, choose) => {
      const node = make("button", "chip", text, { type: "button" });
      node.addEventListener("click", choose);
      return node;
    };
    find(".presets").replaceChildren(
      ...board.data.presets.map((preset) => button(preset.label, () => show_logits(preset.logits, preset.names, preset.target))),
      ...Object.entries(PATTERNS).map(([name, pattern]) => button(labels[name], () => show_logits(pattern(board.state.logits.length)))),
    );
  }

  build_presets();
  find(".fewer").addEventListener("click", () => resize(Math.max(FEWEST, board.state.logits.length - 1)));
  find(".more").addEventListener("click", () => resize(Math.min(MOST, board.state.logits.length + 1)));
  find(".copy").addEventListener("click", copy_link);
  find(".halve").addEventListener("click", () => scale_by(0.5));
  find(".double").addEventListener("click", () => scale_by(2));
  // The key steps wherever the hand is on the page, but not where a person types.
  const is_step = (event) => event.key.toLowerCase() === "s" && !event.ctrlKey && !event.metaKey && !event.altKey
    && !event.composedPath()[0].matches?.("input[type=text], textarea, select");
  const step = (event) => is_step(event) && board.descent.step();
  const rest = (event) => is_step(event) && board.flush();
  document.addEventListener("keydown", step);
  document.addEventListener("keyup", rest);

  return {
    draw() {
      const n = board.state.logits.length;
      set_text(find(".count"), String(n));
      find(".fewer").disabled = n <= FEWEST;
      find(".more").disabled = n >= MOST;
    },
    stop() {
      document.removeEventListener("keydown", step);
      document.removeEventListener("keyup", rest);
    },
  };
}

// A row of numbers in any form: Python reads it, and answers with a board or a sentence.
function make_paste(board) {
  const { root } = board;
  const form = root.querySelector(".paste");
  const field = form.querySelector("textarea");
  const opener = root.querySelector(".open-paste");
  const open = (shown) => {
    form.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
  };
  opener.addEventListener("click", () => {
    open(form.hidden);
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
    set_text(form.querySelector(".notice"), notice ?? "");
    if (notice) open(true);
  }

  // A board that has just come from Python closes the field; a sentence opens it.
  return { draw() {}, build: () => open(false), settle: hear, hear };
}

function make_knobs(board) {
  const { labels } = board;
  const knob = (selector, name, options) => make_slider(board, selector, {
    kind: name, read: () => board.state[name], write: (value) => (board.state[name] = value), ...options,
  });
  return [
    knob(".temperature", "temperature", {
      scale: logarithmic(0.05, 20), low: 0.05, high: 20, step: 0.1, rest: 1, spoken: labels.temperature_spoken,
    }),
    knob(".shift", "shift", {
      scale: linear(-50, 50, 0.1), low: -1000, high: 1000, step: 1, rest: 0, spoken: labels.shift_spoken,
    }),
    knob(".rate", "learning_rate", {
      scale: logarithmic(0.01, 10), low: 0.001, high: 100, step: 0.1, rest: board.data.learning_rate, spoken: labels.rate_spoken,
    }),
  ];
}
