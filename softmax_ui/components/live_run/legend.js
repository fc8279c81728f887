// The table of the variants, which is the legend of all figures: a row that is hovered, focused or
// pressed brings the variant's curves forward.

// Made by the server, every text in it escaped.
function parsed(/** @type {string} */ html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// A copy of an element that is there.
function copy(/** @type {Element | null} */ element) {
  return /** @type {Element} */ (element?.cloneNode(true));
}

const CELLS = ":is(th, td)";

export class Legend {
  /** @param {HTMLElement} root @param {() => void} changed when other curves are in front */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.html = "";
    /** @type {Element[]} as they came: what is pointed at or pressed is marked on those shown */
    this.cells = [];
    /** @type {Element | null} */
    this.lines = null;
    /** @type {number | null} */
    this.pressed = null;
    /** @type {number | null} */
    this.pointed = null;
    // A finger that rests on a row to scroll does not point at it; its tap presses.
    root.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch") this.point(event.target);
    });
    root.addEventListener("pointerleave", () => this.point(null));
    root.addEventListener("focusin", (event) => this.point(event.target));
    root.addEventListener("focusout", () => this.point(null));
    root.addEventListener("click", (event) => this.press(event.target));
  }

  // The variant whose curves are in front, or null.
  get front() {
    return this.pointed ?? this.pressed;
  }

  // What has the focus stays: only cells that say something else are written anew.
  draw(/** @type {string} */ html) {
    if (html === this.html) return;
    this.html = html;
    const fresh = parsed(html);
    const cells = [...fresh.querySelectorAll(CELLS)].map(copy);
    const lines = copy(fresh.querySelector(".lines"));
    const shown = this.root.querySelectorAll(CELLS);
    const there = this.root.querySelector(".lines");
    if (shown.length !== cells.length || !there) this.root.replaceChildren(fresh);
    else {
      shown.forEach((cell, k) => {
        if (cells[k].isEqualNode(this.cells[k])) return;
        cell.replaceChildren(...copy(cells[k]).childNodes);
        cell.className = cells[k].className;
      });
      if (!lines.isEqualNode(this.lines)) there.replaceWith(copy(lines));
    }
    this.cells = cells;
    this.lines = lines;
    this.mark();
  }

  row(/** @type {EventTarget | null} */ target) {
    const row = target instanceof Element ? target.closest("tr[data-variant]") : null;
    return row?.querySelector("button") ? Number(row.getAttribute("data-variant")) : null;
  }

  point(/** @type {EventTarget | null} */ target) {
    const row = this.row(target);
    if (row === this.pointed) return;
    this.pointed = row;
    this.changed();
  }

  press(/** @type {EventTarget | null} */ target) {
    const row = this.row(target);
    if (row === null) return;
    this.pressed = row === this.pressed ? null : row;
    this.pointed = null;
    this.mark();
    this.changed();
  }

  mark() {
    this.root.querySelectorAll("tr[data-variant]").forEach((row, k) => {
      row.classList.toggle("pressed", k === this.pressed);
      row.querySelector("button")?.setAttribute("aria-pressed", String(k === this.pressed));
    });
  }
}
