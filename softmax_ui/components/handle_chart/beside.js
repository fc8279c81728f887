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
    return () => (value.textContent = show(curve.values[chart.position]))
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
  for (const ring of triangle.rings) {
    rings.append(draw("circle", { cx, cy, r: ring.radius * SIDE }))
  }
  picture.append(clip, rings, draw("polygon", { points: outline, class: "outline" }))
  const dots = triangle.paths.map((path) => {
    const points = path.points.map(planar)
    const way = points.map((point) => point.map((v) => v.toFixed(2)).join(",")).join(" ")
    picture.append(draw("polyline", { points: way, stroke: path.colour, class: "walk" }))
    const dot = draw("circle", { r: 6, fill: path.colour, class: "dot" })
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
