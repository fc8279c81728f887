// The diagram and the histogram below it, drawn anew at each temperature.

/** @import { Data, Moment } from "./types.js" */
import { make_svg } from "../shared/dom.js";

const LEFT = 46;
const SIDE = 340;
const TOP = 8;
const FLOOR = TOP + SIDE;
const BARS = { top: FLOOR + 46, height: 70 };
const TENTHS = [0, 0.2, 0.4, 0.6, 0.8, 1];
// Lines of more than three variants are not told apart by their colours alone. None is
// dotted as what was at T = 1, or dashed as the diagonal.
const MANY = 3;
const DASHES = [
  "", "8 3", "8 3 2 3", "16 4", "8 3 2 3 2 3", "16 4 2 4", "16 4 6 4", "16 4 2 4 2 4",
];
export const SIZE = [LEFT + SIDE + 12, BARS.top + BARS.height + 44];

const across = (/** @type {number} */ share) => LEFT + SIDE * share;
const up = (/** @type {number} */ share) => FLOOR - SIDE * share;
const at = (/** @type {number} */ value) => value.toFixed(1);

// How the line of another variant is dashed, and how wide it is.
/** @param {number} place among the others @param {number} count of them
 * @returns {Record<string, string>} */
export function look_of(place, count) {
  if (count + 1 <= MANY) return { class: "other" };
  return {
    class: place < DASHES.length ? "other" : "other wide",
    "stroke-dasharray": DASHES[place % DASHES.length],
  };
}

/** @param {[number, number][]} points */
function way(points) {
  return points.map(([x, y], k) => `${k ? "L" : "M"}${at(across(x))},${at(up(y))}`).join("");
}

/** @param {Data} data */
function frame({ labels }) {
  const end = { "text-anchor": "end" };
  const middle = { "text-anchor": "middle" };
  const bottom = BARS.top + BARS.height;
  return [
    ...TENTHS.flatMap((share) => [
      make_svg("line", { x1: LEFT, x2: LEFT + SIDE, y1: up(share), y2: up(share), class: "grid" }),
      make_svg("line", { x1: across(share), x2: across(share), y1: TOP, y2: FLOOR, class: "grid" }),
      make_svg("text", { x: LEFT - 6, y: up(share) + 4, ...end }, String(share)),
      make_svg("text", { x: across(share), y: FLOOR + 17, ...middle }, String(share)),
      make_svg("text", { x: across(share), y: bottom + 17, ...middle }, String(share)),
    ]),
    make_svg("line", { x1: LEFT, x2: LEFT + SIDE, y1: bottom, y2: bottom, class: "grid" }),
    make_svg("path", { d: way([[0, 0], [1, 1]]), class: "true" }),
    make_svg("text", { x: across(0.97), y: up(0.06), ...end, class: "side" }, labels.too_sure),
    make_svg("text", { x: across(0.03), y: up(0.93), class: "side" }, labels.not_sure),
    make_svg("text", { x: across(0.5), y: FLOOR + 34, ...middle, class: "title" },
      labels.confidence),
    make_svg("text", { x: across(0.5), y: bottom + 35, ...middle, class: "title" },
      labels.predictions),
    make_svg("text", { x: -up(0.5), y: 12, ...middle, transform: "rotate(-90)", class: "title" },
      labels.accuracy),
  ];
}

/** @param {Moment} moment @param {string} colour */
function bins({ bins: all }, colour) {
  const group = make_svg("g", { class: "bins" }, all.flatMap((bin) => {
    const x = across(bin.confidence);
    const [low, high] = bin.band;
    const wide = Math.max(across(bin.high) - across(bin.low) - 1, 1);
    const said = make_svg("title", {},
      `${bin.count}: ${bin.confidence.toFixed(3)} → ${bin.accuracy.toFixed(3)}`);
    return [
      make_svg("rect", { x: across(bin.low), y: up(high), width: wide,
        height: Math.max(up(low) - up(high), 1), class: "band" }, said),
      make_svg("line", { x1: x, x2: x, y1: up(bin.accuracy), y2: up(bin.confidence),
        class: "gap" }),
    ];
  }));
  /** @type {[number, number][]} */
  const points = all.map(({ confidence, accuracy }) => [confidence, accuracy]);
  const dots = points.map(([x, y]) => make_svg("circle", { cx: across(x), cy: up(y), r: 4 }));
  group.append(make_svg("path", { d: way(points), class: "line" }), ...dots);
  group.style.setProperty("--colour", colour);
  return group;
}

/** @param {Moment} moment @param {string} colour */
function bars({ histogram }, colour) {
  const most = Math.max(...histogram, 1);
  const wide = SIDE / histogram.length;
  const group = make_svg("g", { class: "bars" }, histogram.map((count, k) => {
    const height = (BARS.height * count) / most;
    return make_svg("rect", { x: LEFT + k * wide + 1, width: wide - 2,
      y: BARS.top + BARS.height - height, height }, make_svg("title", {}, String(count)));
  }));
  group.style.setProperty("--colour", colour);
  return group;
}

// What it was at T = 1, behind it.
/** @param {Data} data @param {Moment} moment */
function ghost({ moments, first, colour }, moment) {
  if (moments[first] === moment) return null;
  /** @type {[number, number][]} */
  const points = moments[first].bins.map(({ confidence, accuracy }) => [confidence, accuracy]);
  const line = make_svg("path", { d: way(points), class: "ghost" });
  line.style.stroke = colour;
  return line;
}

/** @param {SVGSVGElement} svg @param {Data} data @param {number} place */
export function draw(svg, data, place) {
  const moment = data.moments[place];
  const others = data.others.map(({ points, colour, name }, k) => {
    const look = look_of(k, data.others.length);
    const line = make_svg("path", { d: way(points), ...look }, make_svg("title", {}, name));
    line.style.stroke = colour;
    return line;
  });
  const before = ghost(data, moment);
  svg.replaceChildren(...frame(data), ...others, ...(before ? [before] : []),
    bars(moment, data.colour), bins(moment, data.colour));
}
