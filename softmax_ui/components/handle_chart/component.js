// One chart lives per root: its handle, its keys, its play button, and what Python hears of them.

/** @import { Props } from "../shared/streamlit.js" */
/** @import { Chart, Data } from "./types.js" */
import { find, make, make_svg, staying } from "../shared/dom.js";
import { clamp, show_short } from "../shared/numbers.js";
import { build_gauges, build_legend, build_table, build_triangle, show_value } from "./beside.js";
import { draw_chart, move_handle, position_at } from "./chart.js";

const PLAY_SECONDS = 8;
const KEY_REST_MS = 350;

function update(/** @type {Chart} */ chart) {
  move_handle(chart);
  for (const read of chart.readings) read();
  const { data, position, slider } = chart;
  const text = `${data.symbol} = ${show_short(data.x[position])}`;
  chart.value.textContent = text;
  const values = data.curves.map((curve) => `${curve.name} ${show_value(curve, position)}`);
  slider.setAttribute("aria-valuenow", String(position));
  slider.setAttribute("aria-valuetext", `${text}; ${values.join("; ")}`);
}

function go_to(/** @type {Chart} */ chart, /** @type {number} */ position) {
  const there = clamp(position, 0, chart.data.x.length - 1);
  if (there === chart.position) return;
  chart.position = there;
  update(chart);
}

function release(/** @type {Chart} */ chart) {
  clearTimeout(chart.timer);
  chart.timer = 0;
  if (chart.position === chart.told) return;
  chart.told = chart.position;
  chart.sent.push(chart.position);
  chart.report(chart.position);
}

function build(/** @type {Chart} */ chart) {
  const { data, place } = chart;
  chart.svg = make_svg("svg", { class: "plot", "aria-hidden": "true" });
  chart.readings = [];
  chart.slider = make("div", "slider", chart.svg, {
    role: "slider", tabindex: 0, "aria-label": data.alt,
    "aria-valuemin": 0, "aria-valuemax": data.x.length - 1,
  });
  chart.value = make("output", "value");
  const bar = make("div", "bar", [...(data.plays ? play_buttons(chart) : []), chart.value]);
  const side = make("div", "side", data.legend ? build_legend(chart) : null);
  const tables = make("div", "tables");
  // A single table has room beside the chart where no triangle stands below it.
  const place_of_tables = data.triangle || data.tables.length > 1 ? tables : side;
  place_of_tables.append(...data.tables.map((table) => build_table(chart, table)));
  const main = make("div", "main", [bar, build_gauges(chart), chart.slider, side]);
  const triangle = data.triangle && build_triangle(chart, data.triangle);
  const below = make("div", triangle ? "below wide" : "below", [triangle, tables]);
  place.replaceChildren(main, below);
  listen(chart);
  chart.observer.disconnect();
  chart.observer.observe(chart.slider);
}

function play_buttons(/** @type {Chart} */ chart) {
  const { labels } = chart.data;
  const toggle = make("button", "play", labels.play, { type: "button" });
  const back = make("button", "restart", labels.restart, { type: "button" });
  chart.show_playing = () => (toggle.textContent = chart.frame ? labels.pause : labels.play);
  toggle.addEventListener("click", () => (chart.frame ? pause(chart) : play(chart)));
  back.addEventListener("click", () => {
    pause(chart);
    go_to(chart, 0);
    release(chart);
  });
  return [toggle, back];
}

function play(/** @type {Chart} */ chart) {
  const last = chart.data.x.length - 1;
  if (chart.position === last) go_to(chart, 0);
  const began = performance.now() - (1000 * PLAY_SECONDS * chart.position) / last;
  const tick = (/** @type {number} */ now) => {
    go_to(chart, Math.floor(((now - began) / (1000 * PLAY_SECONDS)) * last));
    if (chart.position === last) pause(chart);
    else chart.frame = requestAnimationFrame(tick);
  };
  chart.frame = requestAnimationFrame(tick);
  chart.show_playing();
}

function pause(/** @type {Chart} */ chart) {
  if (!chart.frame) return;
  cancelAnimationFrame(chart.frame);
  chart.frame = 0;
  chart.show_playing();
  release(chart);
}

function listen(/** @type {Chart} */ chart) {
  const { slider } = chart;
  slider.addEventListener("pointerdown", (event) => {
    pause(chart);
    chart.dragging = true;
    chart.before = chart.position;
    slider.setPointerCapture(event.pointerId);
    // A finger that scrolls the page begins like one that drags: until it moves, nothing does.
    if (event.pointerType !== "touch") go_to(chart, position_at(chart, event.clientX));
  });
  slider.addEventListener("pointermove", (event) => {
    if (chart.dragging) go_to(chart, position_at(chart, event.clientX));
  });
  slider.addEventListener("pointerup", (event) => {
    if (!chart.dragging) return;
    go_to(chart, position_at(chart, event.clientX));
    chart.dragging = false;
    release(chart);
  });
  // The browser has taken the finger over, to scroll: it was no drag.
  slider.addEventListener("pointercancel", () => {
    if (!chart.dragging) return;
    chart.dragging = false;
    go_to(chart, chart.before);
  });
  slider.addEventListener("keydown", (event) => {
    const last = chart.data.x.length - 1;
    const stride = {
      ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1,
      PageUp: 10, PageDown: -10, Home: -last, End: last,
    }[event.key];
    if (!stride) return;
    event.preventDefault();
    pause(chart);
    go_to(chart, chart.position + stride);
    clearTimeout(chart.timer);
    chart.timer = setTimeout(() => release(chart), KEY_REST_MS);
  });
}

// The echo of what we told Python is no news; anything else is, unless a hand is on the handle.
function hydrate_position(/** @type {Chart} */ chart) {
  const heard = chart.data.position;
  const echo = chart.sent.indexOf(heard);
  if (echo >= 0) {
    chart.sent.splice(0, echo + 1);
    return;
  }
  if (heard === chart.heard || chart.dragging || chart.frame || chart.timer) return;
  chart.position = chart.told = heard;
}

function mount(/** @type {Props<Data>} */ { parentElement }) {
  const chart = /** @type {Chart} */ ({
    place: find(parentElement, ".handle-chart"), sent: /** @type {number[]} */ ([]),
    position: 0, told: 0, width: 0, frame: 0, timer: 0,
  });
  chart.observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (!width || width === chart.width) return;
    chart.width = width;
    draw_chart(chart);
    update(chart);
  });
  return chart;
}

/** @param {Chart} chart @param {Props<Data>} props */
function show(chart, { data, setStateValue }) {
  chart.report = (position) => setStateValue("position", position);
  const is_renewed = chart.data?.revision !== data.revision;
  chart.data = data;
  hydrate_position(chart);
  chart.heard = data.position;
  chart.position = clamp(chart.position, 0, data.x.length - 1);
  if (is_renewed) {
    pause(chart);
    build(chart);
    chart.width = Math.round(chart.slider.getBoundingClientRect().width) || 600;
    draw_chart(chart);
  }
  update(chart);
}

function end(/** @type {Chart} */ chart) {
  cancelAnimationFrame(chart.frame);
  clearTimeout(chart.timer);
  chart.observer.disconnect();
}

export default staying(mount, show, end);
