// Depends on Streamlit's inside: its sliders go to where a pointerdown or a touchstart is.

// A finger on a slider may be about to scroll the page. So the slider hears of it only once the
// finger has moved along it or was lifted; where the browser scrolls instead, it never does.
const FAR = 6;

/** @type {PointerEvent | null} */
let held = null;

function is_on_slider(/** @type {Event} */ { target }) {
  return target instanceof Element && target.closest("[data-testid=stSlider]") !== null;
}

function is_held(/** @type {PointerEvent} */ { pointerId }) {
  return held?.pointerId === pointerId;
}

function hand_on() {
  const [down, target] = [held, held?.target];
  held = null;
  if (down) target?.dispatchEvent(new PointerEvent("pointerdown", down));
}

export function let_fingers_scroll_over_sliders() {
  addEventListener("touchstart", (event) => {
    if (is_on_slider(event)) event.stopImmediatePropagation();
  }, { capture: true, passive: true });
  addEventListener("pointerdown", (event) => {
    if (!event.isTrusted || event.pointerType !== "touch" || !is_on_slider(event)) return;
    held = event;
    event.stopImmediatePropagation();
  }, true);
  addEventListener("pointermove", (event) => {
    if (!held || !is_held(event)) return;
    const along = Math.abs(event.clientX - held.clientX);
    if (along > FAR && along > Math.abs(event.clientY - held.clientY)) hand_on();
  }, true);
  addEventListener("pointerup", (event) => is_held(event) && hand_on(), true);
  addEventListener("pointercancel", (event) => {
    if (is_held(event)) held = null;
  }, true);
}
