// What stands around the chart and moves with it: gauges, the legend, tables and the triangle.

/** @import { Chart, Curve, Gauge, Row, Table, Triangle } from "./types.js" */
import { make, make_svg } from "../shared/dom.js";
import { clamp, from_json, show_short } from "../shared/numbers.js";
import { pen_for } from "./lines.js";

// A value that the chart is about, large above it: a number, a bar, and what becomes of it.
function build_gauge(/** @type {Chart} */ chart, /** @type {Gauge} */ gauge) {
  // No live region: the handle says the values to a screen reader, once it has come to rest.
  const value = make("div", "reading");
  const bar = make("div", "fill");
  const words = make("p", "", [gauge.fate && make("strong", "", gauge.fate), gauge.note]);
  const name = make("span", "name", gauge.name);
  const node = make("li", "", [name, value, make("div", "track", bar), words]);
  node.style.setProperty("--colour", gauge.colour);
  chart.readings.push(() => {
    const now = gauge.values[chart.position];
    value.textContent = show_short(now);
    bar.style.width = `${100 * clamp(from_json(now) / gauge.full, 0, 1)}%`;
  });
  return node;
}

export function build_gauges(/** @type {Chart} */ chart) {
  return make("ul", "gauges", chart.data.gauges.map((gauge) => build_gauge(chart, gauge)));
}

// A curve's value at the handle, for the eye and for the ear; where it has none, what is said
// instead.
export function show_value(/** @type {Curve} */ curve, /** @type {number} */ position) {
  const now = curve.values[position];
  return now === "nan" ? curve.gap || "–" : show_short(now);
}

export function build_legend(/** @type {Chart} */ chart) {
  return make("dl", "legend", chart.data.curves.map((curve) => {
    const line = pen_for(curve, make_svg("path", { d: "M0,3H40" }));
    const swatch = make_svg("svg", { class: "swatch", viewBox: "0 0 40 6" }, line);
    const value = make("dd");
    chart.readings.push(() => (value.textContent = show_value(curve, chart.position)));
    return make("div", "", [make("dt", "", [swatch, curve.name]), value]);
  }));
}

function build_row(/** @type {Chart} */ chart, /** @type {Row} */ row) {
  const note = row.note && make("small", "", row.note);
  const head = make("th", "", [row.name, note], { scope: "row" });
  const cells = row.cells.map((values) => {
    const cell = make("td", row.bar ? "share" : "");
    if (values) chart.readings.push(() => {
      cell.textContent = show_short(values[chart.position]);
      if (row.bar) cell.style.setProperty("--share", `${100 * from_json(values[chart.position])}%`);
    });
    return cell;
  });
  return make("tr", row.strong ? "strong" : "", [head, ...cells]);
}

export function build_table(/** @type {Chart} */ chart, /** @type {Table} */ table) {
  const columns = table.columns.map((column) => make("th", "", column, { scope: "col" }));
  const head = make("tr", "", [make("td"), ...columns]);
  const body = make("tbody", "", [head, ...table.rows.map((row) => build_row(chart, row))]);
  const node = make("table", "", [make("caption", "", table.title), body]);
  if (table.colour) node.style.setProperty("--colour", table.colour);
  return make("div", "table", node);
}

const SIDE = 240;
const LEFT = 30;
const FLOOR = 236;

// Triangle coordinates (side 1, y upward) to those of the drawing.
const planar = (/** @type {number[]} */ [x, y]) => [LEFT + SIDE * x, FLOOR - SIDE * y];

export function build_triangle(/** @type {Chart} */ chart, /** @type {Triangle} */ triangle) {
  const corners = [[0, 0], [1, 0], [0.5, Math.sqrt(3) / 2]].map(planar);
  const outline = corners.map((point) => point.join(",")).join(" ");
  const clip = make_svg("clipPath", { id: "inside" }, make_svg("polygon", { points: outline }));
  const [cx, cy] = planar([0.5, Math.sqrt(3) / 6]);
  const radii = triangle.rings.map(({ radius }) => radius * SIDE);
  const circles = radii.map((r) => make_svg("circle", { cx, cy, r }));
  const rings = make_svg("g", { "clip-path": "url(#inside)", class: "rings" }, circles);
  rings.style.setProperty("--colour", triangle.colour);
  const labels = triangle.rings.map(({ label }, k) =>
    label && make_svg("text", { x: cx, y: cy - radii[k] + 4, "text-anchor": "middle" }, label));
  const paths = triangle.paths.map((path) => {
    const points = path.points.map(planar);
    const way = points.map((point) => point.map((v) => v.toFixed(2)).join(",")).join(" ");
    const walk = make_svg("polyline", { points: way, class: "walk" });
    const dot = make_svg("circle", { r: 6, class: "dot" });
    // As styles, for a colour may be one of the theme's variables.
    walk.style.stroke = dot.style.fill = path.colour;
    chart.readings.push(() => {
      const [x, y] = points[chart.position];
      dot.setAttribute("cx", String(x));
      dot.setAttribute("cy", String(y));
    });
    return { walk, dot };
  });
  const anchors = ["start", "end", "middle"];
  const names = [[LEFT, FLOOR + 20], [LEFT + SIDE, FLOOR + 20], [LEFT + SIDE / 2, 20]].map(
    ([x, y], i) => make_svg("text", { x, y, "text-anchor": anchors[i] }, triangle.corners[i]),
  );
  const said = { role: "img", "aria-label": triangle.title };
  const picture = make_svg("svg", { viewBox: "0 0 300 268", ...said }, [
    clip, rings, make_svg("polygon", { points: outline, class: "outline" }),
    make_svg("g", { class: "levels" }, labels),
    ...paths.map(({ walk }) => walk), ...names, ...paths.map(({ dot }) => dot),
  ]);
  const note = triangle.note && make("small", "", triangle.note);
  return make("figure", "triangle", [make("figcaption", "", triangle.title), picture, note]);
}
