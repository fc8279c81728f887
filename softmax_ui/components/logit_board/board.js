// The board: one state, one reading of it, one drawing a frame. Python gets the state when the
// hand rests or lets go, and answers with its own numbers.

/** @import { Board, Data, Paint } from "./types.js" */
import { address_here, replace_address } from "../../streamlit_inside/history.js";
import { find } from "../shared/dom.js";
import { channels, luminance } from "../shared/colour.js";
import { from_json, to_json } from "../shared/numbers.js";
import { make_derivation } from "./derivation.js";
import { make_descent } from "./descent.js";
import { steady } from "./dom.js";
import { make_equation } from "./formulas.js";
import { make_heatmap } from "./heatmap.js";
import { read_board } from "./math.js";
import { make_push } from "./push.js";
import { make_rows } from "./rows.js";
import { make_sample } from "./sample.js";
import { make_simplex } from "./simplex.js";
import { make_strip } from "./strip.js";
import { make_summary } from "./summary.js";
import { make_knobs, make_paste, make_tools } from "./tools.js";
import { span_for } from "./track.js";

const REST_MS = 250; // how long a hand rests before Python hears of it
const TALL = 16; // from how many classes on the rows alone are as tall as the Jacobian beside them
const LOOKS = ["cell", "push", "sample", "class"]; // what Python need not know
const ENDS_A_WALK = ["logits", "temperature", "target", "smoothing"];
const KEEPS_THE_DRAWS = [...LOOKS, "names", "target", "learning_rate", "smoothing"];

export function make_board(/** @type {Board["root"]} */ root) {
  const board = /** @type {Board} */ ({
    root, skeleton: find(root, ".board").cloneNode(true),
    is_held: false, is_keyed: false, is_pinned: false,
    chosen: 0, cell: { i: 0, j: 1 }, push: { j: 0, delta: 1 },
    walk: /** @type {Board["walk"]} */ ([]), drawn: null, serial: 0, worst_sum: 0, track_width: 0,
    parts: /** @type {Board["parts"]} */ ([]), unseen: new Set(),
  });
  let frame = 0;
  let timer = 0;
  let unsent = false;
  let unsettled = true;

  // A change: drawn in the next frame, told to Python when the hand rests.
  board.change = (kind, { now = false } = {}) => {
    if (!LOOKS.includes(kind)) {
      unsent = true;
      board.serial += 1;
      clearTimeout(timer);
      timer = setTimeout(board.flush, REST_MS);
    }
    if (!KEEPS_THE_DRAWS.includes(kind)) board.drawn = null;
    if (ENDS_A_WALK.includes(kind)) board.walk = [];
    board.redraw();
    if (now) board.flush();
  };

  board.flush = () => {
    clearTimeout(timer);
    if (!unsent) return;
    unsent = false;
    const logits = board.state.logits.map(to_json);
    board.send({ ...board.state, logits, serial: board.serial, revision: board.data.revision });
  };

  // The class that the equation is about.
  board.choose = (k) => {
    if (board.chosen === k) return;
    board.chosen = k;
    board.change("class");
  };

  // While a bar is held its axis stays where it is.
  board.hold = (held) => {
    board.is_held = held;
    board.redraw();
  };

  board.redraw = () => {
    unsettled = true;
    if (!frame) frame = requestAnimationFrame(draw);
  };

  // Under the keys the axis stays as long as it reaches: two keys that undo each other come back,
  // and End at the end of the axis stays there.
  function is_within_axis() {
    const { span, state } = board;
    return board.is_keyed && state.logits.filter(Number.isFinite).every((o) => Math.abs(o) <= span);
  }

  function read() {
    board.reading = read_board(board.state);
    if (!board.is_held && !is_within_axis()) board.span = span_for(board.state.logits);
    board.uses_argument = board.state.temperature !== 1 || board.state.shift !== 0;
    const classes = find(board.root, ".board").classList;
    const before = classes.value;
    classes.toggle("with-argument", board.uses_argument);
    classes.toggle("with-target", board.state.target !== null);
    classes.toggle("with-smoothing", board.state.target !== null && board.state.smoothing > 0);
    const is_wider = classes.value !== before;
    classes.toggle("tall", board.state.logits.length >= TALL);
    if (is_wider) board.rows?.measure?.(); // a column came or went: the tracks have another width
    return classes;
  }

  function draw() {
    frame = 0;
    const classes = read();
    // Bars glide when a preset is chosen; under the hand they are where the hand is.
    classes.toggle("glides", !board.is_held);
    // What is scrolled out of sight costs a moving hand nothing; at rest all of it is true.
    const rests = unsettled && !board.is_held;
    for (const { place, draw: draw_part } of board.parts) {
      if (rests || !place || !board.unseen.has(place)) draw_part();
    }
    if (!rests) return;
    unsettled = false;
    for (const part of board.parts) part.settle?.();
    steady(board.root.querySelectorAll("[data-steady]"));
  }

  board.measure = () => {
    read();
    const section = find(board.root, ".board");
    board.paint = read_paint(section);
    // The browser's own controls have to know whether the page is dark.
    section.classList.toggle("dark", luminance(channels(board.paint.surface)) < 0.2);
    for (const part of board.parts) part.measure?.();
    board.redraw();
  };

  board.rebuild = () => {
    read();
    for (const part of board.parts) part.build?.();
    for (const part of board.parts) part.settle?.();
    board.measure();
  };

  board.stop = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    board.sizes?.disconnect();
    board.sights?.disconnect();
    board.parts.forEach((part) => part.stop?.());
  };
  return board;
}

// Colours for the canvases, as the theme has them.
/** @returns {Paint} */
function read_paint(/** @type {Element} */ node) {
  const style = getComputedStyle(node);
  /** @type {(name: string, fallback: string) => string} */
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const text = read("--st-text-color", "#31333f");
  const [r, g, b] = channels(text);
  return {
    text, muted: `rgba(${r}, ${g}, ${b}, 0.66)`, line: `rgba(${r}, ${g}, ${b}, 0.18)`,
    surface: read("--st-background-color", "#fff"), font: read("--st-font", "sans-serif"),
    accent: read("--board-accent", "#2b7bba"), positive: read("--board-positive", "#3a8a1e"),
    negative: read("--board-negative", "#b02fd0"),
  };
}

// What Python sent: a board to show, words to show it in, or only its answer to the last one.
export function hydrate(/** @type {Board} */ board, /** @type {Data} */ data) {
  const replaced = board.data?.revision !== data.revision;
  const paint = JSON.stringify(read_paint(find(board.root, ".board")));
  const relabelled = JSON.stringify(board.data?.labels) !== JSON.stringify(data.labels);
  board.data = data;
  if (replaced) {
    board.state = { ...structuredClone(data.board), logits: data.board.logits.map(from_json) };
    board.serial = data.truth.serial;
    board.walk = [];
    board.drawn = null;
  }
  if (relabelled) assemble(board);
  else if (replaced) board.rebuild();
  else if (JSON.stringify(board.paint) !== paint) board.measure(); // another theme
  else for (const part of board.parts) part.hear?.(); // the answer alone, not waiting for a frame
  // The address of the page is the board's: replaced in place, so that Back leaves the page.
  if (data.query && data.truth.serial === board.serial) write_address(data.query);
}

// Put the words in and the parts together, on fresh nodes: listeners of old ones go with them.
function assemble(/** @type {Board} */ board) {
  const { root, data } = board;
  board.stop();
  find(root, ".board").replaceWith(board.skeleton.cloneNode(true));
  const section = find(root, ".board");
  Object.assign(board, { labels: data.labels, limit: data.limit, colours: data.colours });
  /** @type {NodeListOf<HTMLElement>} */
  const spoken = root.querySelectorAll("[data-label], [data-aria]");
  for (const node of spoken) {
    const { label, aria } = node.dataset;
    if (label) node.textContent = data.labels[label];
    if (aria) node.setAttribute("aria-label", data.labels[aria]);
  }
  section.classList.toggle("compact", data.compact);
  section.classList.add("assembled");
  board.rows = make_rows(board);
  board.parts = [board.rows];
  if (!data.compact) {
    const descent = make_descent(board);
    board.descent = descent;
    board.parts.push(
      make_tools(board), make_paste(board), make_equation(board), make_heatmap(board),
      make_summary(board), make_derivation(board), ...make_knobs(board), descent, make_push(board),
      make_simplex(board), make_sample(board), make_strip(board),
    );
  }
  board.rebuild();
  board.sizes = new ResizeObserver(() => board.measure());
  board.sizes.observe(section);
  document.fonts.ready.then(() => board.measure()); // canvases had another font until then
  board.sights = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) board.unseen.delete(target);
      else board.unseen.add(target);
    }
    board.redraw();
  });
  for (const { place } of board.parts) if (place) board.sights.observe(place);
}

function write_address(/** @type {Record<string, string | null>} */ query) {
  const url = new URL(address_here());
  for (const [name, value] of Object.entries(query)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  replace_address(url.href.replaceAll("%2C", ","));
}
