// What stands around the chart and moves with it: gauges, the legend, tables and the triangle.

/** @import { Chart, Gauge, Row, Table, Triangle } from "./types.js" */
import { make, make_svg } from "../shared/dom.js";
import { clamp, from_json, show_short } from "../shared/numbers.js";

// A value that the chart is about, large above it: a number, a bar, and what becomes of it.
function build_gauge(/** @type {Chart} */ chart, /** @type {Gauge} */ gauge) {
  const node = make("li");
  node.style.setProperty("--colour", gauge.colour);
  // No live region: the handle says the values to a screen reader, once it has come to rest.
  const value = make("div", "reading");
  const track = make("div", "track");
  const bar = make("div", "fill");
  track.append(bar);
  const words = make("p");
  if (gauge.fate) words.append(make("strong", "", gauge.fate));
  words.append(gauge.note);
  node.append(make("span", "name", gauge.name), value, track, words);
  chart.readings.push(() => {
    const now = gauge.values[chart.position];
    value.textContent = show_short(now);
    bar.style.width = `${100 * clamp(from_json(now) / gauge.full, 0, 1)}%`;
  });
  return node;
}

export function build_gauges(/** @type {Chart} */ chart) {
  const list = make("ul", "gauges");
  list.append(...chart.data.gauges.map((gauge) => build_gauge(chart, gauge)));
  return list;
}

export function build_legend(/** @type {Chart} */ chart) {
  const list = make("dl", "legend");
  for (const curve of chart.data.curves) {
    const entry = make("div");
    const swatch = make("span", `swatch ${curve.line}`);
    swatch.style.setProperty("--colour", curve.colour);
    const name = make("dt");
    name.append(swatch, curve.name);
    const value = make("dd");
    entry.append(name, value);
    list.append(entry);
    chart.readings.push(() => {
      const now = curve.values[chart.position];
      value.textContent = now === "nan" && curve.gap ? curve.gap : show_short(now);
    });
  }
  return list;
}

function build_row(/** @type {Chart} */ chart, /** @type {Row} */ row) {
  const line = make("tr", row.strong ? "strong" : "");
  const head = make("th", "", row.name);
  head.scope = "row";
  if (row.note) head.append(make("small", "", row.note));
  line.append(head);
  for (const values of row.cells) {
    const cell = make("td", row.bar ? "share" : "");
    line.append(cell);
    if (values === null) continue;
    chart.readings.push(() => {
      cell.textContent = show_short(values[chart.position]);
      if (row.bar) cell.style.setProperty("--share", `${100 * from_json(values[chart.position])}%`);
    });
  }
  return line;
}

export function build_table(/** @type {Chart} */ chart, /** @type {Table} */ table) {
  const frame = make("div", "table");
  const node = make("table");
  if (table.colour) node.style.setProperty("--colour", table.colour);
  const caption = make("caption", "", table.title);
  const head = make("tr");
  head.append(make("td"));
  for (const column of table.columns) {
    const cell = make("th", "", column);
    cell.scope = "col";
    head.append(cell);
  }
  const body = make("tbody");
  body.append(head, ...table.rows.map((row) => build_row(chart, row)));
  node.append(caption, body);
  frame.append(node);
  return frame;
}

const SIDE = 240;
const LEFT = 30;
const FLOOR = 236;

// Triangle coordinates (side 1, y upward) to those of the drawing.
const planar = (/** @type {number[]} */ [x, y]) => [LEFT + SIDE * x, FLOOR - SIDE * y];

export function build_triangle(/** @type {Chart} */ chart, /** @type {Triangle} */ triangle) {
  const figure = make("figure", "triangle");
  const said = { role: "img", "aria-label": triangle.title };
  const picture = make_svg("svg", { viewBox: "0 0 300 268", ...said });
  const corners = [[0, 0], [1, 0], [0.5, Math.sqrt(3) / 2]].map(planar);
  const outline = corners.map((point) => point.join(",")).join(" ");
  const clip = make_svg("clipPath", { id: "inside" });
  clip.append(make_svg("polygon", { points: outline }));
  const [cx, cy] = planar([0.5, Math.sqrt(3) / 6]);
  const rings = make_svg("g", { "clip-path": "url(#inside)", class: "rings" });
  rings.style.setProperty("--colour", triangle.colour);
  const levels = make_svg("g", { class: "levels" });
  for (const ring of triangle.rings) {
    rings.append(make_svg("circle", { cx, cy, r: ring.radius * SIDE }));
    const place = { x: cx, y: cy - ring.radius * SIDE + 4, "text-anchor": "middle" };
    if (ring.label) levels.append(make_svg("text", place, ring.label));
  }
  picture.append(clip, rings, make_svg("polygon", { points: outline, class: "outline" }), levels);
  const dots = triangle.paths.map((path) => {
    const points = path.points.map(planar);
    const way = points.map((point) => point.map((v) => v.toFixed(2)).join(",")).join(" ");
    const walk = make_svg("polyline", { points: way, class: "walk" });
    const dot = make_svg("circle", { r: 6, class: "dot" });
    // As styles, for a colour may be one of the theme's variables.
    walk.style.stroke = dot.style.fill = path.colour;
    picture.append(walk);
    chart.readings.push(() => {
      const [x, y] = points[chart.position];
      dot.setAttribute("cx", String(x));
      dot.setAttribute("cy", String(y));
    });
    return dot;
  });
  const anchors = ["start", "end", "middle"];
  [[LEFT, FLOOR + 20], [LEFT + SIDE, FLOOR + 20], [LEFT + SIDE / 2, 20]].forEach(([x, y], i) => {
    picture.append(make_svg("text", { x, y, "text-anchor": anchors[i] }, triangle.corners[i]));
  });
  picture.append(...dots);
  figure.append(make("figcaption", "", triangle.title), picture);
  if (triangle.note) figure.append(make("small", "", triangle.note));
  return figure;
}
