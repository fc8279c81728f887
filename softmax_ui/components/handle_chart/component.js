// Streamlit calls this on every change of the data or the theme; one chart lives per root.
const charts = new WeakMap()
const PLAY_SECONDS = 8
const KEY_REST_MS = 350

function update(chart) {
  move_handle(chart)
  for (const read of chart.readings) read()
  const { data, position, slider } = chart
  const text = `${data.symbol} = ${show(data.x[position])}`
  chart.value.textContent = text
  slider.setAttribute("aria-valuenow", position)
  slider.setAttribute("aria-valuetext", `${text}; ${data.curves.map((c) => `${c.name} ${show(c.values[position])}`).join("; ")}`)
}

function go_to(chart, position) {
  const there = clamp(position, 0, chart.data.x.length - 1)
  if (there === chart.position) return
  chart.position = there
  update(chart)
}

function release(chart) {
  clearTimeout(chart.timer)
  chart.timer = null
  if (chart.position === chart.told) return
  chart.told = chart.position
  chart.sent.push(chart.position)
  chart.report(chart.position)
}

function build(chart) {
  const { data, place } = chart
  chart.svg = draw("svg", { class: "plot", "aria-hidden": "true" })
  chart.slider = make("div", "slider")
  for (const [name, value] of Object.entries({
    role: "slider", tabindex: "0", "aria-label": data.alt, "aria-valuemin": "0",
    "aria-valuemax": String(data.x.length - 1),
  })) chart.slider.setAttribute(name, value)
  chart.slider.append(chart.svg)
  chart.value = make("output", "value")
  const bar = make("div", "bar")
  if (data.plays) bar.append(...play_buttons(chart))
  bar.append(chart.value)
  const main = make("div", "main")
  const side = make("div", "side")
  if (data.legend) side.append(build_legend(chart))
  if (data.triangle) side.append(build_triangle(chart, data.triangle))
  main.append(chart.slider, side)
  const tables = make("div", "tables")
  // A single table has room beside the chart where no triangle stands there.
  const beside = data.triangle || data.tables.length > 1 ? tables : side
  beside.append(...data.tables.map((table) => build_table(chart, table)))
  place.replaceChildren(bar, build_gauges(chart), main, tables)
  listen(chart)
  chart.observer.disconnect()
  chart.observer.observe(chart.slider)
}

function play_buttons(chart) {
  const { labels } = chart.data
  const toggle = make("button", "play", labels.play)
  const back = make("button", "restart", labels.restart)
  chart.show_playing = () => (toggle.textContent = chart.frame ? labels.pause : labels.play)
  toggle.type = back.type = "button"
  toggle.addEventListener("click", () => (chart.frame ? pause(chart) : play(chart)))
  back.addEventListener("click", () => {
    pause(chart)
    go_to(chart, 0)
    release(chart)
  })
  return [toggle, back]
}

function play(chart) {
  const last = chart.data.x.length - 1
  if (chart.position === last) go_to(chart, 0)
  const began = performance.now() - (1000 * PLAY_SECONDS * chart.position) / last
  const tick = (now) => {
    go_to(chart, Math.floor(((now - began) / (1000 * PLAY_SECONDS)) * last))
    if (chart.position === last) pause(chart)
    else chart.frame = requestAnimationFrame(tick)
  }
  chart.frame = requestAnimationFrame(tick)
  chart.show_playing()
}

function pause(chart) {
  if (!chart.frame) return
  cancelAnimationFrame(chart.frame)
  chart.frame = null
  chart.show_playing()
  release(chart)
}

function listen(chart) {
  const { slider } = chart
  slider.addEventListener("pointerdown", (event) => {
    pause(chart)
    chart.dragging = true
    slider.setPointerCapture(event.pointerId)
    go_to(chart, position_at(chart, event.clientX))
  })
  slider.addEventListener("pointermove", (event) => {
    if (chart.dragging) go_to(chart, position_at(chart, event.clientX))
  })
  const let_go = () => {
    if (!chart.dragging) return
    chart.dragging = false
    release(chart)
  }
  slider.addEventListener("pointerup", let_go)
  slider.addEventListener("pointercancel", let_go)
  slider.addEventListener("keydown", (event) => {
    const last = chart.data.x.length - 1
    const stride = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -last, End: last }[event.key]
    if (!stride) return
    event.preventDefault()
    pause(chart)
    go_to(chart, chart.position + stride)
    clearTimeout(chart.timer)
    chart.timer = setTimeout(() => release(chart), KEY_REST_MS)
  })
}

// The echo of what we told Python is no news; anything else is, unless a hand is on the handle.
function hydrate_position(chart) {
  const heard = chart.data.position
  const echo = chart.sent.indexOf(heard)
  if (echo >= 0) {
    chart.sent.splice(0, echo + 1)
    return
  }
  if (heard === chart.heard || chart.dragging || chart.frame || chart.timer) return
  chart.position = chart.told = heard
}

function mount(place) {
  const chart = { place, position: 0, told: 0, heard: null, sent: [], readings: [], width: 0, frame: null, timer: null, dragging: false }
  chart.observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width)
    if (!width || width === chart.width) return
    chart.width = width
    draw_chart(chart)
    update(chart)
  })
  return chart
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement
  const chart = charts.get(root) ?? mount(root.querySelector(".handle-chart"))
  charts.set(root, chart)
  chart.report = (position) => setStateValue("position", position)
  const renewed = chart.data?.revision !== data.revision
  chart.data = data
  hydrate_position(chart)
  chart.heard = data.position
  chart.position = clamp(chart.position, 0, data.x.length - 1)
  if (renewed) {
    pause(chart)
    build(chart)
    chart.width = Math.round(chart.slider.getBoundingClientRect().width) || 600
    draw_chart(chart)
  }
  update(chart)
  return () => {
    setTimeout(() => {
      if (chart.place.isConnected) return
      cancelAnimationFrame(chart.frame)
      clearTimeout(chart.timer)
      chart.observer.disconnect()
      charts.delete(root)
    })
  }
}
