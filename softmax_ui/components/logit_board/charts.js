// What the small charts share: a sharp canvas, a line a class, an axis.

const WIDEST_NAME = 84; // of a class, in CSS pixels
const SIGNS = "0123456789.,−+·⁻⁰¹²³⁴⁵⁶⁷⁸⁹"; // all that the numbers of numbers.js are made of

// A canvas as sharp as the screen, drawn in CSS pixels.
function sharpen(canvas, height, font) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const width = canvas.clientWidth;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = font; // parsing it anew in each frame would cost more than the drawing
  return { pen, width, height };
}

// The height of a chart with one line a class; few classes get the room of several.
function chart_height(n) {
  return Math.max(140, n * (n > 10 ? 14 : 18));
}

// A text cut to a width, with an ellipsis where something is missing.
function trimmed(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let kept = [...text];
  while (kept.length && pen.measureText(`${kept.join("").trimEnd()}…`).width > room) kept.pop();
  return `${kept.join("").trimEnd()}…`;
}

// The classes' names at the left of a chart, written once: shaping text anew in each frame would cost
// more than all the rest of the drawing.
function name_column({ pen, height }, names, bottom, colour) {
  const texts = names.map((name) => trimmed(pen, name, WIDEST_NAME));
  const width = Math.ceil(Math.max(...texts.map((text) => pen.measureText(text).width)));
  const picture = blank_picture(width, height, pen.font);
  picture.pen.fillStyle = colour;
  picture.pen.textBaseline = "middle";
  const tall = (height - bottom) / names.length;
  texts.forEach((text, k) => picture.pen.fillText(text, 0, (k + 0.5) * tall));
  return { width: width + 10, draw: (onto) => onto.drawImage(picture.canvas, 0, 0, width, height) };
}

// The signs of numbers in one colour, written once, and set one beside the other.
function make_type(font, colour) {
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
    // The text's middle line at y; at x its left end, its middle or its right end (align 0, 0.5, 1).
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

function blank_picture(width, height, font) {
  const canvas = document.createElement("canvas");
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.font = font;
  return { canvas, pen, ratio };
}

// The round number below a value: 1, 2 or 5 times a power of ten.
function round_below(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].find((digit) => digit * power <= value * (1 + 1e-9)) * power;
}

// Red, green and blue of an opaque CSS colour, 0 to 255.
function channels(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  const hex = probe.fillStyle;
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

// Relative luminance, as the contrast of two colours is reckoned by.
function luminance([r, g, b]) {
  const [R, G, B] = [r, g, b].map((c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * R + 0.7152 * G + 0.0722 * B;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
