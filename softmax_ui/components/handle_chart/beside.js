// What stands beside the chart and moves with it: the legend, the tables and the triangle.

function build_legend(chart) {
  const list = make("dl", "legend")
  chart.readings = chart.data.curves.map((curve) => {
    const entry = make("div")
    const swatch = make("span", `swatch ${curve.line}`)
    swatch.style.setProperty("--colour", curve.colour)
    const name = make("dt")
    name.append(swatch, curve.name)
    const value = make("dd")
    entry.append(name, value)
    list.append(entry)
    return () => {
      const now = curve.values[chart.position]
      value.textContent = now === "nan" && curve.gap ? curve.gap : show(now)
    }
  })
  return list
}

function build_row(chart, row) {
  const line = make("tr", row.strong ? "strong" : "")
  const head = make("th", "", row.name)
  head.scope = "row"
  if (row.note) head.append(make("small", "", row.note))
  line.append(head)
  for (const values of row.cells) {
    const cell = make("td", row.bar ? "share" : "")
    line.append(cell)
    if (values === null) continue
    chart.readings.push(() => {
      cell.textContent = show(values[chart.position])
      if (row.bar) cell.style.setProperty("--share", `${100 * number_of(values[chart.position])}%`)
    })
  }
  return line
}

function build_table(chart, table) {
  const frame = make("div", "table")
  const node = make("table")
  if (table.colour) node.style.setProperty("--colour", table.colour)
  const caption = make("caption", "", table.title)
  const head = make("tr")
  head.append(make("td"))
  for (const column of table.columns) {
    const cell = make("th", "", column)
    cell.scope = "col"
    head.append(cell)
  }
  const body = make("tbody")
  body.append(head, ...table.rows.map((row) => build_row(chart, row)))
  node.append(caption, body)
  frame.append(node)
  return frame
}

const SIDE = 240
const LEFT = 30
const FLOOR = 236

// Triangle coordinates (side 1, y upward) to those of the drawing.
const planar = ([x, y]) => [LEFT + SIDE * x, FLOOR - SIDE * y]

function build_triangle(chart, triangle) {
  const figure = make("figure", "triangle")
  const picture = draw("svg", { viewBox: "0 0 300 268", role: "img", "aria-label": triangle.title })
  const corners = [[0, 0], [1, 0], [0.5, Math.sqrt(3) / 2]].map(planar)
  const outline = corners.map((point) => point.join(",")).join(" ")
  const clip = draw("clipPath", { id: "inside" })
  clip.append(draw("polygon", { points: outline }))
  const [cx, cy] = planar([0.5, Math.sqrt(3) / 6])
  const rings = draw("g", { "clip-path": "url(#inside)", class: "rings" })
  rings.style.setProperty("--colour", triangle.colour)
  const levels = draw("g", { class: "levels" })
  for (const ring of triangle.rings) {
    rings.append(draw("circle", { cx, cy, r: ring.radius * SIDE }))
    if (ring.label) levels.append(draw("text", { x: cx, y: cy - ring.radius * SIDE + 4, "text-anchor": "middle" }, ring.label))
  }
  picture.append(clip, rings, draw("polygon", { points: outline, class: "outline" }), levels)
  const dots = triangle.paths.map((path) => {
    const points = path.points.map(planar)
    const way = points.map((point) => point.map((v) => v.toFixed(2)).join(",")).join(" ")
    const walk = draw("polyline", { points: way, class: "walk" })
    const dot = draw("circle", { r: 6, class: "dot" })
    // As styles, for a colour may be one of the theme's variables.
    walk.style.stroke = dot.style.fill = path.colour
    picture.append(walk)
    chart.readings.push(() => {
      const [x, y] = points[chart.position]
      dot.setAttribute("cx", x)
      dot.setAttribute("cy", y)
    })
    return dot
  })
  const places = [[LEFT, FLOOR + 20, "start"], [LEFT + SIDE, FLOOR + 20, "end"], [LEFT + SIDE / 2, 20, "middle"]]
  places.forEach(([x, y, anchor], i) => picture.append(draw("text", { x, y, "text-anchor": anchor }, triangle.corners[i])))
  picture.append(...dots)
  figure.append(make("figcaption", "", triangle.title), picture)
  if (triangle.note) figure.append(make("small", "", triangle.note))
  return figure
}
