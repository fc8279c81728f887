// How a curve looks, in the chart as in its legend.

/** @import { Curve } from "./types.js" */

const DASHES = { solid: "", dash: "9 5", dot: "2 4", dashdot: "11 4 2 4" };

/** @template {SVGElement} N @param {Curve} curve @param {N} path */
export function pen_for(curve, path) {
  path.setAttribute("stroke-dasharray", DASHES[curve.line]);
  // As styles, for a colour may be one of the theme's variables.
  path.style.stroke = curve.colour;
  path.style.strokeWidth = `${curve.width}px`;
  return path;
}
