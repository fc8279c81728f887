// Small builders. Words reach the page as text alone: data is never markup.

/** @typedef {Record<string, string | number>} Attributes */
/** @typedef {Node | string | null | (Node | string | null)[]} Content "" and null are left out */
/** @typedef {HTMLElementTagNameMap & { svg: SVGSVGElement }} Tags */

const SVG = "http://www.w3.org/2000/svg";

/** @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Content} content @param {Attributes} attributes */
export function make(tag, className = "", content = "", attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  return finished(node, content, attributes);
}

/** @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Attributes} attributes @param {Content} content */
export function make_svg(tag, attributes = {}, content = "") {
  return finished(document.createElementNS(SVG, tag), content, attributes);
}

/** @template {Element} N @param {N} node @param {Content} content @param {Attributes} attributes */
function finished(node, content, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  for (const part of [content].flat()) if (part) node.append(part);
  return node;
}

// What a component's own markup holds for certain.
/** @template {string} S @param {ParentNode} place @param {S} selector
 * @returns {S extends keyof Tags ? Tags[S] : HTMLElement} */
export function find(place, selector) {
  const found = place.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector} here.`);
  return /** @type {any} */ (found);
}

// What draws on a canvas.
export function pen_of(/** @type {HTMLCanvasElement} */ canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser has no canvas.");
  return pen;
}

// Writing what stands there already would still cost the browser work.
/** @template {Element} N @template {keyof N} K
 * @param {N} node @param {K} name @param {N[K]} value */
export function set_property(node, name, value) {
  if (node[name] !== value) node[name] = value;
}

// A component that stays as long as its place does: made at first, shown at each change of the data
// or the theme. Streamlit also cleans up between two of these: only what left the page has ended.
/** @template Kept @template {{ parentElement: Node }} Props
 * @param {(props: Props) => Kept} begin @param {(kept: Kept, props: Props) => void} show
 * @param {(kept: Kept) => void} end */
export function staying(begin, show, end) {
  /** @type {WeakMap<Node, Kept>} */
  const all = new WeakMap();
  return (/** @type {Props} */ props) => {
    const place = props.parentElement;
    const kept = all.get(place) ?? begin(props);
    all.set(place, kept);
    show(kept, props);
    return () => void setTimeout(() => {
      if (place.isConnected) return;
      all.delete(place);
      end(kept);
    });
  };
}
