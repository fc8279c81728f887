// Depends on Streamlit's inside: its root element says how the connection stands.
//
// A page that finds its server again is not run anew. If that server was started in the meantime it
// knows none of the page's widgets, takes the first thing that a person does for how it has always
// been, and calls nothing: a button would do nothing at its first click.

const STATE = "data-test-connection-state";

/** @param {() => void} returned called each time a lost connection is there again */
export function on_return(returned) {
  const app = document.querySelector("[data-testid=stApp]");
  if (!app) return;
  let was = app.getAttribute(STATE);
  new MutationObserver(() => {
    const is = app.getAttribute(STATE);
    if (is === "CONNECTED" && was !== is) returned();
    was = is;
  }).observe(app, { attributeFilter: [STATE] });
}
