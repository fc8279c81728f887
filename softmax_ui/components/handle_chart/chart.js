// The chart: axes and curves are drawn when the data or the width change, the handle every frame.

const MARGIN = { left: 58, right: 16, top: 14, bottom: 46 }

function scale_of(low, high, from, to, logarithmic) {
  const place = logarithmic ? Math.log10 : (value) => value
  const a = place(low)
  const b = place(high)
  return (value) => from + ((place(clamp(value, low, high)) - a) / (b - a)) * (to - from)
}

function log_ticks(low, high, most) {
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  const every = Math.max(1, Math.ceil((last - first + 1) / most))
  const ticks = []
  for (let power = last; power >= first; power -= every) {
    ticks.push({ value: 10 ** power, text: power >= -2 && power <= 3 ? String(Number((10 ** power).toPrecision(1))) : `10${raised(power)}` })
  }
  return ticks
}

function linear_ticks(low, high, most) {
  const rough = (high - low) / most
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((m) => m * size).find((candidate) => candidate >= rough)
  const ticks = []
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) {
    const clean = Number(value.toPrecision(10))
    ticks.push({ value: clean, text: String(clean).replace("-", "−") })
  }
  return ticks
}

function ticks_of(low, high, most, logarithmic) {
  return logarithmic ? log_ticks(low, high, most) : linear_ticks(low, high, most)
}

// A path through the curve's finite values; the pen is lifted over nan.
function path_of(chart, values) {
  let down = false
  let path = ""
  values.forEach((given, k) => {
    const value = number_of(given)
    if (Number.isNaN(value)) {
      down = false
      return
    }
    path += `${down ? "L" : "M"}${chart.at_x(k).toFixed(1)},${chart.at_y(value).toFixed(1)}`
    down = true
  })
  return path
}

const DASHES = { solid: "", dash: "7 5", dot: "2 4" }

function draw_axes(chart, { width, height }) {
  const { data } = chart
  const axes = draw("g", { class: "axes" })
  const bottom = height - MARGIN.bottom
  const [low, high] = data.y_range
  for (const tick of ticks_of(low, high, Math.max(3, Math.floor(height / 52)), data.y_log)) {
    const y = chart.at_y(tick.value)
    axes.append(
      draw("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y, y2: y, class: "grid" }),
      draw("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, tick.text),
    )
  }
  const first = data.x_low
  const last = data.x[data.x.length - 1]
  for (const tick of ticks_of(first, last, Math.max(3, Math.floor(width / 90)), data.x_log)) {
    const x = chart.place_x(tick.value)
    axes.append(
      draw("line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, class: "grid" }),
      draw("text", { x, y: bottom + 18, "text-anchor": "middle" }, tick.text),
    )
  }
  axes.append(
    draw("text", { x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 6, "text-anchor": "middle", class: "title" }, data.x_title),
    draw("text", { x: -(MARGIN.top + bottom) / 2, y: 13, transform: "rotate(-90)", "text-anchor": "middle", class: "title" }, data.y_title),
  )
  for (const level of data.levels) {
    const y = chart.at_y(level.value)
    axes.append(
      draw("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y, y2: y, class: "level" }),
      draw("text", { x: width - MARGIN.right - 4, y: y - 5, "text-anchor": "end", class: "level-name" }, level.label),
    )
  }
  return axes
}

function draw_chart(chart) {
  const { data, svg } = chart
  const width = Math.max(260, chart.width)
  const height = width < 520 ? 300 : 430
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.setAttribute("height", height)
  const last = data.x[data.x.length - 1]
  chart.place_x = scale_of(data.x_low, last, MARGIN.left, width - MARGIN.right, data.x_log)
  chart.at_x = (k) => chart.place_x(data.x[k])
  chart.at_y = scale_of(...data.y_range, height - MARGIN.bottom, MARGIN.top, data.y_log)
  const curves = draw("g", { class: "curves" })
  chart.dots = data.curves.map((curve) => {
    const path = draw("path", { d: path_of(chart, curve.values), "stroke-dasharray": DASHES[curve.line] })
    // As a style, for a colour may be one of the theme's variables.
    path.style.stroke = curve.colour
    curves.append(path)
    const dot = draw("circle", { r: 4.5, class: "dot" })
    dot.style.fill = curve.colour
    return dot
  })
  chart.line = draw("line", { y1: MARGIN.top, y2: height - MARGIN.bottom, class: "handle-line" })
  chart.grip = draw("g", { class: "grip" })
  const middle = height - MARGIN.bottom
  chart.grip.append(
    draw("rect", { x: -13, y: middle - 11, width: 26, height: 22, rx: 11 }),
    draw("path", { d: `M-3,${middle - 4}v8M3,${middle - 4}v8` }),
  )
  svg.replaceChildren(draw_axes(chart, { width, height }), chart.line, curves, ...chart.dots, chart.grip)
}

function move_handle(chart) {
  const x = chart.at_x(chart.position)
  chart.line.setAttribute("x1", x)
  chart.line.setAttribute("x2", x)
  chart.grip.setAttribute("transform", `translate(${x.toFixed(1)},0)`)
  chart.data.curves.forEach((curve, i) => {
    const value = number_of(curve.values[chart.position])
    chart.dots[i].toggleAttribute("hidden", Number.isNaN(value))
    if (Number.isNaN(value)) return
    chart.dots[i].setAttribute("cx", x)
    chart.dots[i].setAttribute("cy", chart.at_y(value))
  })
}

// The place of the handle that is nearest to a pointer.
function position_at(chart, clientX) {
  const box = chart.svg.getBoundingClientRect()
  const width = Number(chart.svg.getAttribute("viewBox").split(" ")[2])
  const x = ((clientX - box.left) / box.width) * width
  let best = 0
  for (let k = 1; k < chart.data.x.length; k++) {
    if (Math.abs(chart.at_x(k) - x) < Math.abs(chart.at_x(best) - x)) best = k
  }
  return best
}
