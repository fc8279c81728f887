// Small builders. Every word that reaches the page goes through textContent: data is never markup.

function make(tag, className = "", text = "", attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// Writing a text or a style that has not changed would still cost the browser work.
function set_text(node, text) {
  if (node.said === text) return;
  node.said = text;
  const first = node.firstChild;
  if (first?.nodeType === Node.TEXT_NODE && !first.nextSibling) first.data = text;
  else node.textContent = text;
}

function set_attribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function set_style(node, name, value) {
  node.kept ??= {};
  if (node.kept[name] === value) return;
  node.kept[name] = value;
  node.style.setProperty(name, value);
}

// Give nodes the height that they have by nature, and hold them to it: what changes in them then lays
// out nothing around them, and nothing moves under the hand.
function steady(nodes) {
  for (const node of nodes) {
    node.classList.remove("steady");
    node.style.height = "";
  }
  const heights = nodes.map((node) => node.getBoundingClientRect().height);
  nodes.forEach((node, k) => {
    node.classList.add("steady");
    node.style.height = `${heights[k]}px`;
  });
}

function fill(message, values) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// A number field: live while it is typed in, exact when focused, restored when nonsense.
function number_field(className, label, { read, write, low, high, step }) {
  const field = make("input", `number ${className}`, "", {
    // The keyboard for decimals has no minus on every phone.
    type: "text", inputmode: low < 0 ? "text" : "decimal",
    autocomplete: "off", spellcheck: "false", "aria-label": label,
  });
  const take = (value, done) => write(clamp(value, low, high), done);
  const focused = () => field.getRootNode().activeElement === field;
  field.addEventListener("focus", () => {
    field.value = String(read());
    field.select();
  });
  field.addEventListener("input", () => {
    const value = read_number(field.value);
    field.setAttribute("aria-invalid", String(value === null || value < low || value > high));
    if (value !== null) take(value, false);
  });
  field.addEventListener("blur", () => {
    field.removeAttribute("aria-invalid");
    write(read(), true);
    field.value = show_logit(read());
  });
  field.addEventListener("keydown", (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") field.blur();
    if (!direction) return;
    event.preventDefault();
    take(tidy(read() + direction * step() * (event.shiftKey ? 10 : 1), step()), false);
    field.value = String(read());
  });
  return {
    field,
    draw() {
      const text = show_logit(read());
      if (!focused() && field.value !== text) field.value = text;
    },
  };
}
