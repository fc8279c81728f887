// One figure in one node, for as long as the page shows it. Called at every change of the data and
// of the theme; Plotly.react compares and moves only what changed.

/** @import { Data, Instance, Props } from "./types.js" */
import { channels, ink_on, on_scale } from "../shared/colour.js";
import { find, make, staying } from "../shared/dom.js";
import { rest_after } from "./rest.js";

// What the page's theme decides. It goes into the template, so a figure's own wishes win.
function theme_of(/** @type {CSSStyleDeclaration} */ style) {
  const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const line = of("--st-border-color");
  const gridcolor = of("--st-border-color-light") || line;
  const axis = { gridcolor, linecolor: line, zerolinecolor: line, tickcolor: line };
  const font = { family: of("--st-font"), color: of("--st-text-color") };
  return {
    layout: {
      font: { ...font, size: 13 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis,
      yaxis: axis,
      hoverlabel: { bgcolor: of("--st-background-color"), bordercolor: line, font },
    },
  };
}

// A figure may name the theme's colours, as in var(--st-text-color); canvas and SVG fills cannot.
function with_theme(/** @type {string} */ json, /** @type {CSSStyleDeclaration} */ style) {
  return json.replace(/var\((--st-[a-z0-9-]+)\)/g, (_, name) =>
    (style.getPropertyValue(name).trim() || "gray").replaceAll('"', "'"));
}

function prepared(/** @type {Data} */ data, /** @type {Element} */ node) {
  const style = getComputedStyle(node);
  const json = typeof data.figure === "string" ? data.figure : JSON.stringify(data.figure);
  const figure = JSON.parse(with_theme(json, style));
  // What many traces share is sent once: {data: [{of: 0, …}], shared: [{…}]}.
  for (const trace of figure.data) Object.assign(trace, figure.shared?.[trace.of]);
  figure.layout.template = theme_of(style);
  figure.layout.uirevision ??= "kept";
  figure.layout.autosize = true;
  figure.layout.height = data.height;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) delete figure.layout.transition;
  return figure;
}

/** @returns {Promise<unknown>} done when the page has nothing else to do, or in two seconds */
function idle() {
  const when_idle = window.requestIdleCallback ?? setTimeout;
  return new Promise((resolve) => void when_idle(resolve, { timeout: 2000 }));
}

// Where a person has zoomed, plotly keeps each end of the range that the figure has not changed
// since: of one that grows it would keep the other end alone. So both are named as they were. An
// axis that a double click has put back is not zoomed: it follows the figure again.
function keep_zoom(/** @type {any} */ node, /** @type {any} */ layout) {
  const full = node._fullLayout;
  if (full?.uirevision !== layout.uirevision) return;
  const zoomed = full._preGUI ?? {};
  for (const [name, before] of Object.entries(zoomed)) {
    const [, axis, side] = /^([xy]axis\d*)\.(?:autorange|range\[([01])\])$/.exec(name) ?? [];
    if (!layout[axis]?.range) continue;
    const is_other = full[axis].uirevision !== (layout[axis].uirevision ?? layout.uirevision);
    if (is_other || is_put_back(full[axis])) delete zoomed[name];
    else if (typeof before === "number") layout[axis].range[Number(side)] = before;
  }
}

function is_put_back(/** @type {any} */ axis) {
  const { range: [low, high], _rangeInitial0, _rangeInitial1 } = axis;
  return low === _rangeInitial0 && high === _rangeInitial1;
}

// A double click puts an axis back to where the figure has it now; plotly goes on by the range that
// it was drawn with first, which of a run that has begun since is a corner of it.
function put_back_to(/** @type {any} */ node, /** @type {[string, number[]][]} */ ranges) {
  for (const [name, [low, high]] of ranges) {
    Object.assign(node._fullLayout[name], { _rangeInitial0: low, _rangeInitial1: high });
  }
}

/** @returns {[string, number[]][]} the axes that have a range of the figure's own, and the range */
function own_ranges(/** @type {any} */ layout) {
  const axes = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
  return axes.filter((name) => layout[name].range).map((name) => [name, [...layout[name].range]]);
}

// Plotly writes on a heatmap in white or in a grey that is hard to read on middling colours.
function write_legibly(/** @type {any} */ node) {
  for (const { type, texttemplate, colorscale, zmin, zmax } of node._fullData) {
    if (type !== "heatmap" || !texttemplate) continue;
    const stop = (/** @type {[number, string]} */ [at, colour]) => [at, channels(colour)];
    const stops = colorscale.map(stop);
    for (const label of node.querySelectorAll(".heatmap-label text")) {
      label.style.fill = ink_on(on_scale(stops, (label.__data__.z - zmin) / (zmax - zmin)));
    }
  }
}

function listen(/** @type {Instance} */ instance) {
  const { node } = instance;
  const select = (/** @type {object | null} */ value) => {
    instance.selected = value === null ? null : JSON.stringify(value);
    if (instance.latest.selects) instance.report("selected", value);
  };
  node.on("plotly_click", (/** @type {{ points: any[] }} */ { points: [point] }) => {
    // A heatmap's point is its (row, column), that of a curve its position.
    const value = { curve: point.curveNumber, point: point.pointIndex ?? point.pointNumber };
    select(JSON.stringify(value) === instance.selected ? null : value);
  });
  node.on("plotly_doubleclick", () => select(null));
  // Also when its size has changed; the first plot is over before anyone can listen.
  const plotted = () => {
    write_legibly(node);
    node.dispatchEvent(new Event("plotted", { bubbles: true }));
  };
  node.on("plotly_afterplot", plotted);
  plotted();
}

// Whether it has to wait, until it is seen or has rested: then it is drawn with what is newest.
function waits(/** @type {Instance} */ instance) {
  clearTimeout(instance.timer);
  instance.owed = false;
  if (!instance.drawn || !instance.latest.rests) return false;
  const rest = instance.rests_until - performance.now();
  instance.owed = !instance.in_sight || rest > 0;
  if (instance.in_sight && rest > 0) {
    instance.timer = setTimeout(() => draw(instance, instance.latest), rest);
  }
  return instance.owed;
}

async function draw(/** @type {Instance} */ instance, /** @type {Data} */ data) {
  const { node } = instance;
  instance.latest = data;
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", data.alt);
  node.style.height = `${data.height}px`;
  node.style.minWidth = `${data.narrowest ?? 0}px`;
  node.parentElement.classList.toggle("scrolls-sideways", !!data.narrowest);
  if (waits(instance)) return;
  try {
    // Plotly is 1.5 MB: it is loaded once a page, by the first figure, from this app's own server.
    // Running it takes a moment: what is ready to be drawn without it comes first.
    if (!globalThis.Plotly) await idle();
    await import(new URL(data.library, document.baseURI).href);
    // Of several changes that came while the library was loading, only the last one counts.
    if (instance.latest !== data || instance.gone) return;
    const began = performance.now();
    const { data: traces, layout } = prepared(data, node);
    const first = !instance.drawn;
    instance.drawn = true;
    const own = own_ranges(layout);
    keep_zoom(node, layout);
    await globalThis.Plotly.react(node, traces, layout, { displayModeBar: false, showTips: false });
    put_back_to(node, own);
    instance.rests_until = began + rest_after(performance.now() - began, first);
    if (first) listen(instance);
    node.dataset.revision = String(Number(node.dataset.revision ?? 0) + 1);
  } catch (error) {
    console.error(error);
    node.replaceChildren(make("figcaption", "", data.alt));
  }
}

function mount(/** @type {Props} */ { parentElement }) {
  const node = find(parentElement, ".live-figure");
  const instance = /** @type {Instance} */ ({ node, width: 0, rests_until: 0 });
  instance.observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    // A figure in a hidden tab has no width; it is fitted when it is shown.
    if (!width || width === instance.width) return;
    instance.width = width;
    if (instance.drawn) globalThis.Plotly?.Plots.resize(node);
  });
  instance.observer.observe(node);
  // What changes all the time need not be drawn where nobody sees it.
  instance.sight = new IntersectionObserver((entries) => {
    instance.in_sight = entries[entries.length - 1].isIntersecting;
    if (instance.in_sight && instance.owed) draw(instance, instance.latest);
  });
  instance.sight.observe(node);
  return instance;
}

/** @param {Instance} instance @param {Props} props */
function show(instance, { data, setStateValue }) {
  instance.report = setStateValue;
  draw(instance, data);
}

function end(/** @type {Instance} */ instance) {
  instance.gone = true;
  clearTimeout(instance.timer);
  instance.observer.disconnect();
  instance.sight.disconnect();
  globalThis.Plotly?.purge(instance.node);
}

export default staying(mount, show, end);
