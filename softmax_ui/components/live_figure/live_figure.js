// One figure in one node, for as long as the page shows it. Called at every change of the data and
// of the theme; Plotly.react compares and moves only what changed. The browser gets this file once,
// from static/: a component's own script is sent again with every figure and every change.

let library = null
const instances = new WeakMap()

// Plotly is 4 MB: it is loaded once a page, by the first figure, from this app's own server.
function load(address) {
  library ??= import(new URL(address, document.baseURI).href).then(() => globalThis.Plotly)
  return library
}

// What the page's theme decides. It goes into the template, so a figure's own wishes win.
function themeOf(style) {
  const of = (name) => style.getPropertyValue(name).trim()
  const axis = {
    gridcolor: of("--st-border-color-light") || of("--st-border-color"),
    linecolor: of("--st-border-color"),
    zerolinecolor: of("--st-border-color"),
    tickcolor: of("--st-border-color"),
  }
  return {
    layout: {
      font: { family: of("--st-font"), color: of("--st-text-color"), size: 13 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis,
      yaxis: axis,
      hoverlabel: {
        bgcolor: of("--st-background-color"),
        bordercolor: of("--st-border-color"),
        font: { family: of("--st-font"), color: of("--st-text-color") },
      },
    },
  }
}

// A figure may name the theme's colours, as in var(--st-text-color); canvas and SVG fills cannot.
function fill(json, style) {
  return json.replace(/var\((--st-[a-z0-9-]+)\)/g, (whole, name) =>
    (style.getPropertyValue(name).trim() || "gray").replaceAll('"', "'"))
}

function prepared(data, node) {
  const style = getComputedStyle(node)
  const json = typeof data.figure === "string" ? data.figure : JSON.stringify(data.figure)
  const figure = JSON.parse(fill(json, style))
  // What many traces share is sent once: {data: [{of: 0, …}], shared: [{…}]}.
  for (const trace of figure.data) Object.assign(trace, figure.shared?.[trace.of])
  figure.layout.template = themeOf(style)
  figure.layout.uirevision ??= "kept"
  figure.layout.autosize = true
  figure.layout.height = data.height
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) delete figure.layout.transition
  return figure
}

// The luminance of which black and white are equally far: a contrast of 4.58 to both.
const MIDDLE = Math.sqrt(1.05 * 0.05) - 0.05

function channels(colour) {
  const probe = document.createElement("canvas").getContext("2d")
  probe.fillStyle = colour
  return [1, 3, 5].map((start) => parseInt(probe.fillStyle.slice(start, start + 2), 16))
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function onScale(stops, level) {
  const next = Math.max(stops.findIndex(([at]) => at >= level), 1)
  const [[from, low], [to, high]] = [stops[next - 1], stops[next]]
  const share = (level - from) / (to - from)
  return low.map((c, k) => c + share * (high[k] - c))
}

// Plotly writes on a heatmap in white or in a grey that is hard to read on middling colours.
function writeLegibly(node) {
  for (const { type, texttemplate, colorscale, zmin, zmax } of node._fullData) {
    if (type !== "heatmap" || !texttemplate) continue
    const stops = colorscale.map(([at, colour]) => [at, channels(colour)])
    for (const label of node.querySelectorAll(".heatmap-label text")) {
      const colour = onScale(stops, (label.__data__.z - zmin) / (zmax - zmin))
      label.style.fill = luminance(colour) > MIDDLE ? "black" : "white"
    }
  }
}

// A heatmap's point is its (row, column), that of a curve its position.
function picked(point) {
  return {
    curve: point.curveNumber,
    point: point.pointIndex ?? point.pointNumber,
    x: point.x,
    y: point.y,
    custom: point.customdata ?? null,
  }
}

function listen(instance) {
  const { node } = instance
  const select = (value) => {
    instance.selected = value === null ? null : JSON.stringify(value)
    if (instance.selects) instance.report("selected", value)
  }
  node.on("plotly_click", ({ points }) => {
    const value = picked(points[0])
    select(JSON.stringify(value) === instance.selected ? null : value)
  })
  node.on("plotly_doubleclick", () => select(null))
  // Also when its size has changed; the first plot is over before anyone can listen.
  node.on("plotly_afterplot", () => writeLegibly(node))
  writeLegibly(node)
}

async function draw(instance, data) {
  const { node } = instance
  instance.latest = data
  node.setAttribute("role", "img")
  node.setAttribute("aria-label", data.alt)
  node.style.height = `${data.height}px`
  instance.owed = instance.drawn && data.rests && !instance.inSight
  if (instance.owed) return
  try {
    const Plotly = await load(data.library)
    // Of several changes that came while the library was loading, only the last one counts.
    if (instance.latest !== data || instance.gone) return
    const { data: traces, layout } = prepared(data, node)
    const first = !instance.drawn
    instance.drawn = true
    await Plotly.react(node, traces, layout, { displayModeBar: false, showTips: false })
    if (first) listen(instance)
    node.dataset.revision = String(Number(node.dataset.revision ?? 0) + 1)
  } catch (error) {
    console.error(error)
    const caption = document.createElement("figcaption")
    caption.textContent = data.alt
    node.replaceChildren(caption)
  }
}

function mount(parentElement) {
  const node = parentElement.querySelector(".live-figure")
  const instance = { node, width: 0 }
  instance.observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width)
    // A figure in a hidden tab has no width; it is fitted when it is shown.
    if (!width || width === instance.width) return
    instance.width = width
    if (instance.drawn) globalThis.Plotly?.Plots.resize(node)
  })
  instance.observer.observe(node)
  // What changes all the time need not be drawn where nobody sees it.
  instance.sight = new IntersectionObserver((entries) => {
    instance.inSight = entries.at(-1).isIntersecting
    if (instance.inSight && instance.owed) draw(instance, instance.latest)
  })
  instance.sight.observe(node)
  instances.set(parentElement, instance)
  return instance
}

export function render({ data, parentElement, setStateValue }) {
  const instance = instances.get(parentElement) ?? mount(parentElement)
  instance.selects = data.selects
  instance.report = setStateValue
  draw(instance, data)
  return () => {
    // Also called between two renders of the same node: only a node that left the page is cleaned.
    setTimeout(() => {
      if (instance.node.isConnected) return
      instance.gone = true
      instance.observer.disconnect()
      instance.sight.disconnect()
      instances.delete(parentElement)
      globalThis.Plotly?.purge(instance.node)
    })
  }
}
