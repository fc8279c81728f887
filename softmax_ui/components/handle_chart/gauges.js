// The values that the chart is about, large above it: each a number, a bar, and what becomes of it.

function build_gauge(chart, gauge) {
  const node = make("li")
  node.style.setProperty("--colour", gauge.colour)
  // No live region: the handle says the values to a screen reader, once it has come to rest.
  const value = make("div", "reading")
  const track = make("div", "track")
  const fill = make("div", "fill")
  track.append(fill)
  const words = make("p")
  if (gauge.fate) words.append(make("strong", "", gauge.fate))
  words.append(gauge.note)
  node.append(make("span", "name", gauge.name), value, track, words)
  chart.readings.push(() => {
    const now = gauge.values[chart.position]
    value.textContent = show(now)
    fill.style.width = `${100 * clamp(number_of(now) / gauge.full, 0, 1)}%`
  })
  return node
}

function build_gauges(chart) {
  const list = make("ul", "gauges")
  list.append(...chart.data.gauges.map((gauge) => build_gauge(chart, gauge)))
  return list
}
