// Depends on Streamlit's inside: where it serves its scripts, and the names it gives them.

const LONG_MS = 2000, TIMES = 3, AT_MOST_MS = 20000;
let fetched = false;

// Once the first page is at rest. The code of Streamlit's widgets is run, so that a widget is drawn
// at once where a grey bar would stand; what colours code, plotly.js and our own modules are only
// laid ready, for running them takes the hand off a slider.
/** @typedef {{ widgets: string[], highlighter: string[], ours: string[] }} Ahead */
export function fetch_ahead(/** @type {Ahead} */ { widgets, highlighter, ours }) {
  const streamlit = document.querySelector("script[type=module][src*='static/js/']");
  if (fetched || !(streamlit instanceof HTMLScriptElement)) return;
  fetched = true;
  const of_streamlit = (/** @type {string} */ name) => new URL(name, streamlit.src).href;
  const of_ours = (/** @type {string} */ address) => new URL(address, document.baseURI).href;
  const when_idle = window.requestIdleCallback ?? setTimeout;
  // Whoever has waited long for this page is not alone, or has a slow line: what it does not need
  // leaves the server and the line to the others, three times as long or for twenty seconds.
  const waited = performance.now();
  setTimeout(() => when_idle(() => {
    for (const name of widgets) import(of_streamlit(name)).catch(() => {});
    for (const href of [...highlighter.map(of_streamlit), ...ours.map(of_ours)]) {
      const link = document.createElement("link");
      link.rel = "modulepreload";
      link.href = href;
      link.fetchPriority = "low";
      document.head.append(link);
    }
  }), waited > LONG_MS ? Math.min(TIMES * waited, AT_MOST_MS) : 0);
}
