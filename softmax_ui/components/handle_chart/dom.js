// Small builders. Words reach the page through textContent only: data is never markup.

const SVG = "http://www.w3.org/2000/svg"

function make(tag, className = "", text = "") {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text) node.textContent = text
  return node
}

function draw(tag, attributes = {}, text = "") {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  if (text) node.textContent = text
  return node
}

// JSON has no word for these; everything else is a number.
const number_of = (value) =>
  typeof value === "number" ? value : { inf: Infinity, "-inf": -Infinity }[value] ?? NaN

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" }
const raised = (whole) => [...String(whole)].map((sign) => RAISED[sign]).join("")

// Four digits for the eye, and a power of ten where zeros would push them out of sight.
function show(given) {
  const value = number_of(given)
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞"
  if (value === 0) return "0"
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e5) {
    return String(Number(value.toPrecision(4))).replace("-", "−")
  }
  const [digits, power] = value.toExponential(2).split("e")
  return `${digits.replace("-", "−")}·10${raised(Number(power))}`
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value))
}
