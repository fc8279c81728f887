// Colours as red, green and blue from 0 to 255, and how well one is read on another.

/** @typedef {number[]} Colour */
import { make, pen_of } from "./dom.js";

// The luminance of which black and white are equally far: a contrast of 4.58 to both.
const MIDDLE = Math.sqrt(1.05 * 0.05) - 0.05;

// Of an opaque CSS colour; the browser knows all their names.
export function channels(/** @type {string} */ colour) {
  const pen = pen_of(make("canvas"));
  pen.fillStyle = colour;
  return from_hex(String(pen.fillStyle));
}

// As in #2b7bba.
export function from_hex(/** @type {string} */ hex) {
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

// Relative luminance (WCAG 2), from 0 for black to 1 for white.
export function luminance(/** @type {Colour} */ colour) {
  const [r, g, b] = colour.map((c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Contrast ratio (WCAG 2), from 1 to 21.
export function contrast(/** @type {Colour} */ one, /** @type {Colour} */ other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// The ink that is read best on a colour.
export function ink_on(/** @type {Colour} */ colour) {
  return luminance(colour) > MIDDLE ? "black" : "white";
}

// The colour of a level on a scale, as plotly has them: stops from 0 to 1, each with its colour.
export function on_scale(/** @type {[number, Colour][]} */ stops, /** @type {number} */ level) {
  const next = Math.max(stops.findIndex(([at]) => at >= level), 1);
  const [[from, low], [to, high]] = [stops[next - 1], stops[next]];
  const share = (level - from) / (to - from);
  return low.map((c, k) => c + share * (high[k] - c));
}
