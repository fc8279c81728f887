// A logit to take hold of: a bar on an axis, a handle for mouse, finger and keys, the way downhill.

/** @import { Board } from "./types.js" */
import { make } from "../shared/dom.js";
import { clamp, show, show_logit, tidy } from "../shared/numbers.js";
import { fill, set_attribute, set_style } from "./dom.js";

const NICE_SPANS = [5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6];
const ARROW_FOR_ONE = 0.3; // of the track's width, for a gradient of 1
const SHORTEST_ARROW = 4; // CSS pixels; what is shorter would be a head without a shaft
const HEAD = 7; // the arrow's head, in CSS pixels

// The axis that all tracks share. A little air beside the largest logit.
export function span_for(/** @type {number[]} */ logits) {
  const largest = Math.max(...logits.filter(Number.isFinite).map(Math.abs));
  return NICE_SPANS.find((span) => largest <= span * 0.9) ?? 1e6;
}

// The step of an arrow key.
export function small_step(/** @type {Board} */ board) {
  return board.span / 50;
}

/** @param {Board} board @param {number} k @param {(k: number, value: number) => void} set_logit */
export function make_track(board, k, set_logit) {
  const { labels } = board;
  const groove = make("div", "groove");
  const handle = make("div", "handle", "", {
    role: "slider", tabindex: "0", "aria-orientation": "horizontal",
  });
  const carrier = make("div", "carrier", handle);
  const [shaft, head] = [make("div", "shaft"), make("div", "head")];
  const arrow = make("div", "arrow", [shaft, head]);
  const node = make("div", "track", [groove, make("div", "zero"), arrow, carrier]);
  /** @type {{ is_relative: boolean, x: number, value: number, before: number,
   *   box: DOMRect } | null} */
  let drag = null;

  // The mouse takes the value under it; a finger moves it from where it was, so that a page
  // scrolled with a finger on the track does not jump.
  function follow(/** @type {PointerEvent} */ event) {
    if (!drag) return;
    const { box, x, value, is_relative } = drag;
    const at = is_relative
      ? value + ((event.clientX - x) / (box.width / 2)) * board.span
      : ((event.clientX - box.left) / box.width - 0.5) * 2 * board.span;
    set_logit(k, tidy(clamp(at, -board.span, board.span), board.span / 500));
  }

  // A masked logit is taken hold of at the end of the track, where its bar ends.
  function start() {
    return Math.max(board.state.logits[k], -board.span);
  }

  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const is_relative = event.pointerType === "touch" || event.target === handle;
    const box = node.getBoundingClientRect();
    drag = { is_relative, x: event.clientX, value: start(), before: board.state.logits[k], box };
    node.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    node.classList.add("held");
    board.is_keyed = false;
    board.hold(true);
    if (!is_relative) follow(event);
    event.preventDefault();
  });
  node.addEventListener("pointermove", follow);
  const release = () => {
    if (!drag) return;
    drag = null;
    board.flush();
    node.classList.remove("held");
    board.hold(false);
  };
  node.addEventListener("pointerup", release);
  // The browser has taken the finger over, to scroll the page: it was no drag.
  node.addEventListener("pointercancel", () => {
    if (drag && drag.before !== board.state.logits[k]) set_logit(k, drag.before);
    release();
  });

  handle.addEventListener("keydown", (event) => {
    const small = small_step(board);
    const step = small * (event.shiftKey ? 10 : 1);
    const o = start();
    const value = {
      ArrowRight: o + step, ArrowUp: o + step, ArrowLeft: o - step, ArrowDown: o - step,
      PageUp: o + 10 * small, PageDown: o - 10 * small, Home: -board.span, End: board.span,
    }[event.key];
    if (value === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    board.is_keyed = true;
    set_logit(k, tidy(value, small / 10));
  });
  handle.addEventListener("keyup", (event) => {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) board.flush();
  });
  handle.addEventListener("blur", () => {
    if (!board.is_keyed) return;
    board.is_keyed = false;
    // At once and not in the next frame: the next bar's step is a part of this axis.
    board.span = span_for(board.state.logits);
    board.redraw();
  });
  handle.addEventListener("focus", () => {
    board.choose(k);
    speak();
  });

  function speak() {
    const logit = board.state.logits[k];
    const values = {
      name: board.state.names[k], logit: show_logit(logit), probability: show(board.reading.p[k]),
    };
    set_attribute(handle, "aria-label", fill(labels.logit_of, values));
    set_attribute(handle, "aria-valuenow", String(start()));
    set_attribute(handle, "aria-valuetext", fill(labels.logit_spoken, values));
    set_attribute(handle, "aria-valuemin", String(-board.span));
    set_attribute(handle, "aria-valuemax", String(board.span));
  }

  // A bar is a background: painting it anew moves nothing on the page. CSS places a background of
  // size s at (1 - s) of its position.
  function draw_bar(/** @type {number} */ place) {
    const size = Math.abs(place) / 2;
    const left = place < 0 ? 0.5 - size : 0.5;
    set_style(groove, "background-size", `${(100 * size).toFixed(2)}% 100%`);
    set_style(groove, "background-position", `${((100 * left) / (1 - size)).toFixed(2)}% 0`);
  }

  // Downhill: from the logit to where a step would take it, as far as the track goes.
  function draw_arrow(/** @type {number} */ place, /** @type {number} */ slope) {
    const width = board.track_width;
    const from = (place + 1) * 0.5 * width;
    const to = clamp(from + clamp(-slope, -1.5, 1.5) * ARROW_FOR_ONE * width, 0, width);
    const is_drawn = Math.abs(to - from) >= SHORTEST_ARROW;
    set_style(arrow, "visibility", is_drawn ? "visible" : "hidden");
    if (!is_drawn) return;
    const leftward = to < from;
    const neck = leftward ? Math.min(to + HEAD, from) : Math.max(to - HEAD, from);
    set_style(shaft, "left", `${Math.min(from, neck).toFixed(1)}px`);
    set_style(shaft, "width", `${Math.abs(neck - from).toFixed(1)}px`);
    set_style(head, "left", `${(leftward ? to : to - HEAD).toFixed(1)}px`);
    set_attribute(head, "class", leftward ? "head leftward" : "head");
  }

  return {
    node, speak,
    draw(/** @type {number | null} */ slope) {
      const place = clamp(board.state.logits[k] / board.span, -1, 1);
      draw_bar(place);
      set_style(carrier, "transform", `translateX(${(place * 50).toFixed(3)}%)`);
      if (slope !== null && board.track_width) draw_arrow(place, slope);
      if (drag) speak();
    },
    settle() {
      const logit = board.state.logits[k];
      node.title = Number.isFinite(logit) ? String(logit) : labels.masked;
      speak();
    },
  };
}
