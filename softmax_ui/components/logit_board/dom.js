// Small builders. Every word that reaches the page goes through textContent: data is never markup.

function make(tag, className = "", text = "", attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// Writing a text or a style that has not changed would still cost the browser work.
function set_text(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function set_attribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function set_style(node, name, value) {
  node.kept ??= {};
  if (node.kept[name] === value) return;
  node.kept[name] = value;
  node.style.setProperty(name, value);
}

function fill(message, values) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// A number for the eye: a fixed number of decimals, and powers of ten where those would say 0.
function show(value, decimals = 4) {
  if (value === 0 || Number.isNaN(value)) return value === 0 ? (0).toFixed(decimals) : "–";
  const size = Math.abs(value);
  if (size < 0.5 * 10 ** -decimals || size >= 1e6) {
    const [digits, power] = value.toExponential(1).split("e");
    const raised = [...String(Number(power))].map((sign) => SUPERSCRIPTS[sign]).join("");
    return `${digits.replace("-", "−")}·10${raised}`;
  }
  return value.toFixed(decimals).replace("-", "−");
}

function show_signed(value, decimals = 3) {
  const text = show(value, decimals).replace(/\.\d·/, "·"); // one digit is enough in a narrow column
  return (value > 0 ? "+" : "") + text;
}

// A logit as its field shows it: at most four decimals, no trailing zeros.
function show_logit(value) {
  return String(Number(value.toFixed(4))).replace("-", "−");
}

// What a person typed; null where it is no finite number.
function read_number(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(/^(-?\d+),(\d+)$/, "$1.$2");
  const value = plain === "" ? NaN : Number(plain);
  return Number.isFinite(value) ? value : null;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// A number field: live while it is typed in, exact when focused, restored when nonsense.
function number_field(className, label, { read, write, low, high, step }) {
  const field = make("input", `number ${className}`, "", {
    type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": label,
  });
  const take = (value, done) => write(clamp(value, low, high), done);
  const focused = () => field.getRootNode().activeElement === field;
  field.addEventListener("focus", () => {
    field.value = String(read());
    field.select();
  });
  field.addEventListener("input", () => {
    const value = read_number(field.value);
    field.setAttribute("aria-invalid", String(value === null || value < low || value > high));
    if (value !== null) take(value, false);
  });
  field.addEventListener("blur", () => {
    field.removeAttribute("aria-invalid");
    write(read(), true);
    field.value = show_logit(read());
  });
  field.addEventListener("keydown", (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") field.blur();
    if (!direction) return;
    event.preventDefault();
    take(tidy(read() + direction * step() * (event.shiftKey ? 10 : 1), step()), false);
    field.value = String(read());
  });
  return {
    field,
    draw() {
      const text = show_logit(read());
      if (!focused() && field.value !== text) field.value = text;
    },
  };
}

// The nearest multiple of a step, without the crumbs of binary fractions.
function tidy(value, step) {
  return Number((Math.round(value / step) * step).toPrecision(12));
}

// Formulas as semantic HTML: pieces are strings or nodes.
function row(className, ...pieces) {
  const node = make("span", className);
  node.append(...pieces);
  return node;
}

function raised(base, exponent) {
  const up = make("sup");
  up.append(exponent);
  return row("term", base, up);
}

function lowered(base, index) {
  const down = make("sub");
  down.append(index);
  return row("term", make("i", "", base), down);
}

function fraction(above, below) {
  return row("fraction", row("above", ...[above].flat()), row("below", ...[below].flat()));
}

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

// The row height of a chart with one line a class.
function line_height(n) {
  return n > 10 ? 13 : n > 5 ? 18 : 24;
}
