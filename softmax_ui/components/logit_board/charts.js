// What the small charts share: a sharp canvas, a line a class, an axis.

/** @import { Board, Sheet } from "./types.js" */
import { make, pen_of } from "../shared/dom.js";

const WIDEST_NAME = 84; // of a class, in CSS pixels
const SIGNS = "0123456789.,−+·∞⁻⁰¹²³⁴⁵⁶⁷⁸⁹"; // all that numbers.js writes

// A canvas as sharp as the screen, drawn in CSS pixels.
/** @param {HTMLCanvasElement} canvas @param {number} height @param {string} font */
export function sharpen(canvas, height, font) {
  const width = canvas.clientWidth;
  canvas.style.height = `${height}px`;
  return { ...sharp_pen(canvas, width, height, font), width, height };
}

/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function sharp_pen(canvas, width, height, font = "") {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  const pen = pen_of(canvas);
  pen.scale(ratio, ratio);
  if (font) pen.font = font; // parsing it anew in each frame would cost more than the drawing
  return { pen, ratio };
}

// A canvas with a line a class, its name at the left; few classes get the room of several.
/** @param {Board} board @param {HTMLCanvasElement} canvas @param {number} bottom */
export function class_sheet({ paint, state }, canvas, bottom) {
  const n = state.names.length;
  const [tall, size] = n > 10 ? [14, 11] : [18, 12];
  const sheet = sharpen(canvas, Math.max(140, n * tall) + bottom, `${size}px ${paint.font}`);
  return { ...sheet, column: name_column(sheet, state.names, bottom, paint.muted) };
}

// A curve, and a dot where it stands now.
/** @param {CanvasRenderingContext2D} pen @param {string} colour
 * @param {number[][]} points @param {number[]} here @param {number} radius */
export function plot_curve(pen, colour, points, here, radius) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
  pen.beginPath();
  pen.arc(here[0], here[1], radius, 0, 2 * Math.PI);
  pen.fill();
}

// A text cut to a width, with an ellipsis where something is missing.
/** @type {(pen: CanvasRenderingContext2D, text: string, room: number) => string} */
export function trimmed(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  const kept = [...text];
  while (kept.length && pen.measureText(`${kept.join("").trimEnd()}…`).width > room) kept.pop();
  return `${kept.join("").trimEnd()}…`;
}

// The classes' names at the left of a chart, written once: shaping text anew in each frame would
// cost more than all the rest of the drawing.
/** @param {Sheet} sheet @param {string[]} names @param {number} bottom @param {string} colour */
export function name_column({ pen, height }, names, bottom, colour) {
  const texts = names.map((name) => trimmed(pen, name, WIDEST_NAME));
  const width = Math.ceil(Math.max(...texts.map((text) => pen.measureText(text).width)));
  const picture = blank_picture(width, height, pen.font);
  picture.pen.fillStyle = colour;
  picture.pen.textBaseline = "middle";
  const tall = (height - bottom) / names.length;
  texts.forEach((text, k) => picture.pen.fillText(text, 0, (k + 0.5) * tall));
  const draw = (/** @type {CanvasRenderingContext2D} */ onto) =>
    onto.drawImage(picture.canvas, 0, 0, width, height);
  return { width: width + 10, draw };
}

// The signs of numbers in one colour, written once, and set one beside the other.
export function make_type(/** @type {string} */ font, /** @type {string} */ colour) {
  const size = parseInt(font, 10);
  const height = 2 * size;
  const probe = blank_picture(1, 1, font).pen;
  const widths = [...SIGNS].map((sign) => probe.measureText(sign).width);
  const { canvas, pen, ratio } = blank_picture(SIGNS.length * height, height, font);
  pen.fillStyle = colour;
  pen.textBaseline = "middle";
  const places = new Map();
  [...SIGNS].forEach((sign, k) => {
    pen.fillText(sign, k * height + 2, size);
    places.set(sign, { from: k * height * ratio, step: widths[k], width: widths[k] + 4 });
  });
  return {
    // The text's middle line at y; at x its left end, its middle or its right end (0, 0.5, 1).
    /** @type {(onto: CanvasRenderingContext2D, text: string, x: number, y: number, align?: number)
     *  => void} */
    draw(onto, text, x, y, align = 0) {
      const signs = [...text].map((sign) => places.get(sign));
      let at = x - align * signs.reduce((sum, { step }) => sum + step, 0) - 2;
      for (const { from, step, width } of signs) {
        onto.drawImage(canvas, from, 0, width * ratio, height * ratio, at, y - size, width, height);
        at += step;
      }
    },
  };
}

/** @param {number} width @param {number} height @param {string} font */
export function blank_picture(width, height, font) {
  const canvas = make("canvas");
  return { canvas, ...sharp_pen(canvas, width, height, font) };
}
