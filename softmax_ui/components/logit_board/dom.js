// Writing into nodes that are there, frame by frame.

/** @import { Field } from "./types.js" */
import { make } from "../shared/dom.js";
import { clamp, read_number, readings_of, show_logit, tidy } from "../shared/numbers.js";

// Writing a text or a style that has not changed would still cost the browser work.
/** @type {WeakMap<Node, string>} */
const said = new WeakMap();
/** @type {WeakMap<Node, Record<string, string>>} */
const styles = new WeakMap();

export function set_text(/** @type {Node} */ node, /** @type {string} */ text) {
  if (said.get(node) === text) return;
  said.set(node, text);
  const first = node.firstChild;
  if (first instanceof Text && !first.nextSibling) first.data = text;
  else node.textContent = text;
}

/** @type {(node: Element, name: string, value: string) => void} */
export function set_attribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** @type {(node: HTMLElement, name: string, value: string) => void} */
export function set_style(node, name, value) {
  const kept = styles.get(node) ?? {};
  if (kept[name] === value) return;
  styles.set(node, kept);
  kept[name] = value;
  node.style.setProperty(name, value);
}

// Give nodes the height that they have by nature, and hold them to it: what changes in them then
// lays out nothing around them, and nothing moves under the hand.
export function steady(/** @type {NodeListOf<HTMLElement>} */ nodes) {
  for (const node of nodes) {
    node.classList.remove("steady");
    node.style.height = "";
  }
  const heights = Array.from(nodes, (node) => node.getBoundingClientRect().height);
  nodes.forEach((node, k) => {
    node.classList.add("steady");
    node.style.height = `${heights[k]}px`;
  });
}

export function fill(/** @type {string} */ message, /** @type {Record<string, any>} */ values) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// A number field: live while it is typed in, exact when focused, restored when nonsense, and then
// it says what it could not read.
/** @param {string} class_name @param {Field} options */
export function number_field(class_name, { read, write, low, high, step, can_mask, misread }) {
  const field = make("input", `number ${class_name}`, "", {
    // The keyboard for decimals has no minus on every phone, and no fraction or per cent.
    type: "text", inputmode: "text",
    autocomplete: "off", spellcheck: "false",
  });
  const take = (/** @type {number} */ value) =>
    write(value === -Infinity && can_mask?.() ? value : clamp(value, low, high), false);
  const parse = () => read_number(field.value, can_mask?.());
  // What was not taken as it was typed; an emptied field goes back to what it was without a word.
  const tell = () => {
    const text = field.value.trim();
    const values = readings_of(text);
    const is_taken = values.length === 1 && values[0] === read();
    misread(!text || is_taken || is_untouched(text) ? "" : text, values, {
      low, high, is_mask: values[0] === -Infinity && can_mask !== undefined,
      choose: (value) => {
        write(clamp(value, low, high), true);
        field.focus();
      },
    });
  };
  const is_untouched = (/** @type {string} */ text) =>
    text === exact() || text === show_logit(read());
  const exact = () => (Number.isFinite(read()) ? String(read()) : show_logit(read()));
  const focused = () => /** @type {ShadowRoot} */ (field.getRootNode()).activeElement === field;
  // Typing replaces the number. WebKit undoes the selection when the button of the mouse that gave
  // the focus is released.
  let is_fresh = false;
  field.addEventListener("focus", () => {
    field.value = exact();
    field.select();
    is_fresh = true;
  });
  field.addEventListener("mouseup", (event) => {
    if (is_fresh) event.preventDefault();
    is_fresh = false;
  });
  field.addEventListener("input", () => {
    const value = parse();
    const is_outside = value !== null && value !== -Infinity && (value < low || value > high);
    field.setAttribute("aria-invalid", String(value === null || is_outside));
    if (value !== null) take(value);
  });
  // What was told stays until something else is typed: there may be a button in it to click.
  let told = "";
  const commit = () => {
    if (field.value !== told) tell();
    told = field.value;
    write(read(), true);
  };
  field.addEventListener("blur", () => {
    is_fresh = false;
    field.removeAttribute("aria-invalid");
    commit();
    field.value = told = show_logit(read());
  });
  field.addEventListener("keydown", (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    is_fresh = false;
    if (event.key === "Enter") {
      commit();
      if (field.getAttribute("aria-invalid") === "true") return;
      field.value = told = exact();
      field.select();
    }
    if (!direction) return;
    event.preventDefault();
    take(tidy(Math.max(read(), low) + direction * step() * (event.shiftKey ? 10 : 1), step()));
    field.value = exact();
  });
  return {
    field,
    draw() {
      const text = show_logit(read());
      if (!focused() && field.value !== text) field.value = text;
    },
  };
}
