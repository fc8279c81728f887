// The values that the chart is about, large above it: each a number, a bar, and what becomes of it.

/** @import { Chart, Gauge } from "./types.js" */
import { make } from "../shared/dom.js";
import { clamp, from_json, show_short } from "../shared/numbers.js";

function build_gauge(/** @type {Chart} */ chart, /** @type {Gauge} */ gauge) {
  const node = make("li");
  node.style.setProperty("--colour", gauge.colour);
  // No live region: the handle says the values to a screen reader, once it has come to rest.
  const value = make("div", "reading");
  const track = make("div", "track");
  const bar = make("div", "fill");
  track.append(bar);
  const words = make("p");
  if (gauge.fate) words.append(make("strong", "", gauge.fate));
  words.append(gauge.note);
  node.append(make("span", "name", gauge.name), value, track, words);
  chart.readings.push(() => {
    const now = gauge.values[chart.position];
    value.textContent = show_short(now);
    bar.style.width = `${100 * clamp(from_json(now) / gauge.full, 0, 1)}%`;
  });
  return node;
}

export function build_gauges(/** @type {Chart} */ chart) {
  const list = make("ul", "gauges");
  list.append(...chart.data.gauges.map((gauge) => build_gauge(chart, gauge)));
  return list;
}
