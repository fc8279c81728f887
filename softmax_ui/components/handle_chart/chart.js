// The chart: axes and curves are drawn when the data or the width change, the handle every frame.

/** @import { Chart, Given } from "./types.js" */
import { make_svg } from "../shared/dom.js";
import { from_json } from "../shared/numbers.js";
import { pen_for } from "./lines.js";
import { scale_of, ticks_of } from "./scales.js";

// The handle is above the curves: it is in sight before all of the chart is.
const MARGIN = { left: 58, right: 16, top: 34, bottom: 46 };
const GRIP = { y: 1, height: 22 };

// A path through the curve's finite values; the pen is lifted over nan.
function path_of(/** @type {Chart} */ chart, /** @type {Given[]} */ values) {
  let down = false;
  let path = "";
  values.forEach((given, k) => {
    const value = from_json(given);
    const is_drawn = !Number.isNaN(value);
    const pen = down ? "L" : "M";
    if (is_drawn) path += `${pen}${chart.at_x(k).toFixed(1)},${chart.at_y(value).toFixed(1)}`;
    down = is_drawn;
  });
  return path;
}

/** @param {Chart} chart @param {number} width @param {number} height */
function draw_axes(chart, width, height) {
  const { data } = chart;
  const [left, right, bottom] = [MARGIN.left, width - MARGIN.right, height - MARGIN.bottom];
  const [low, high] = data.y_range;
  const middle = { "text-anchor": "middle" };
  const end = { "text-anchor": "end" };
  const title = { ...middle, class: "title" };
  const last = data.x[data.x.length - 1];
  const y_ticks = ticks_of(low, high, Math.max(3, Math.floor(height / 52)), data.y_log);
  const x_ticks = ticks_of(data.x_low, last, Math.max(3, Math.floor(width / 90)), data.x_log);
  const across = (/** @type {number} */ y, /** @type {string} */ kind) =>
    make_svg("line", { x1: left, x2: right, y1: y, y2: y, class: kind });
  return make_svg("g", { class: "axes" }, [
    ...y_ticks.flatMap(({ value, text }) => {
      const y = chart.at_y(value);
      return [across(y, "grid"), make_svg("text", { x: left - 8, y: y + 4, ...end }, text)];
    }),
    ...x_ticks.flatMap(({ value, text }) => {
      const x = chart.place_x(value);
      return [make_svg("line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, class: "grid" }),
        make_svg("text", { x, y: bottom + 18, ...middle }, text)];
    }),
    make_svg("text", { x: (left + right) / 2, y: height - 6, ...title }, data.x_title),
    make_svg("text", { x: -(MARGIN.top + bottom) / 2, y: 13, transform: "rotate(-90)", ...title },
      data.y_title),
    ...data.levels.flatMap(({ value, label }) => {
      const y = chart.at_y(value);
      return [across(y, "level"), make_svg("text", { x: right - 4, y: y - 5, ...end }, label)];
    }),
  ]);
}

export function draw_chart(/** @type {Chart} */ chart) {
  const { data, svg } = chart;
  const width = Math.max(260, chart.width);
  const height = width < 520 ? 300 : 410;
  const bottom = height - MARGIN.bottom;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("height", String(height));
  const last = data.x[data.x.length - 1];
  chart.place_x = scale_of(data.x_low, last, MARGIN.left, width - MARGIN.right, data.x_log);
  chart.at_x = (k) => chart.place_x(data.x[k]);
  chart.at_y = scale_of(...data.y_range, bottom, MARGIN.top, data.y_log);
  const curves = make_svg("g", { class: "curves" });
  chart.dots = data.curves.map((curve) => {
    const path = pen_for(curve, make_svg("path", { d: path_of(chart, curve.values) }));
    curves.append(path);
    const dot = make_svg("circle", { r: 4.5, class: "dot" });
    dot.style.fill = curve.colour;
    return dot;
  });
  chart.line = make_svg("line", { y1: GRIP.y + GRIP.height, y2: bottom, class: "handle-line" });
  chart.grip = make_svg("g", { class: "grip" }, [
    make_svg("rect", { x: -13, y: GRIP.y, width: 26, height: GRIP.height, rx: 11 }),
    make_svg("path", { d: `M-3,${GRIP.y + 7}v8M3,${GRIP.y + 7}v8` }),
  ]);
  const [middle, right] = [GRIP.y + GRIP.height / 2, width - MARGIN.right];
  const groove = make_svg("line", {
    x1: MARGIN.left, x2: right, y1: middle, y2: middle, class: "groove",
  });
  const axes = draw_axes(chart, width, height);
  svg.replaceChildren(axes, groove, chart.line, curves, ...chart.dots, chart.grip);
}

export function move_handle(/** @type {Chart} */ chart) {
  const x = chart.at_x(chart.position);
  chart.line.setAttribute("x1", String(x));
  chart.line.setAttribute("x2", String(x));
  chart.grip.setAttribute("transform", `translate(${x.toFixed(1)},0)`);
  chart.data.curves.forEach((curve, i) => {
    const value = from_json(curve.values[chart.position]);
    chart.dots[i].toggleAttribute("hidden", Number.isNaN(value));
    if (Number.isNaN(value)) return;
    chart.dots[i].setAttribute("cx", String(x));
    chart.dots[i].setAttribute("cy", String(chart.at_y(value)));
  });
}

// The place of the handle that is nearest to a pointer.
export function position_at(/** @type {Chart} */ chart, /** @type {number} */ client_x) {
  const box = chart.svg.getBoundingClientRect();
  const x = ((client_x - box.left) / box.width) * chart.svg.viewBox.baseVal.width;
  let best = 0;
  for (let k = 1; k < chart.data.x.length; k++) {
    if (Math.abs(chart.at_x(k) - x) < Math.abs(chart.at_x(best) - x)) best = k;
  }
  return best;
}
