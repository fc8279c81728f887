// Some pictures, and below each what the model takes it for at this moment.

/** @import { Drawn, Message, Part, WallData } from "./types.js" */
/** @typedef {{ cell: HTMLElement, image: HTMLImageElement, mark: HTMLElement, name: HTMLElement,
 *   filled: HTMLElement }} Cell */
import { make, set_property } from "../shared/dom.js";

/** @returns {Cell} */
function made(/** @type {() => void} */ open) {
  const image = make("img", "", "", { alt: "" });
  const mark = make("span", "mark", "", { "aria-hidden": "true" });
  const name = make("span", "name");
  const filled = make("span", "filled");
  const picture = make("span", "picture", [image, mark]);
  const bar = make("span", "bar", filled);
  const cell = make("button", "seen", [picture, name, bar], { type: "button" });
  cell.addEventListener("click", open);
  return { cell, image, mark, name, filled };
}

/** @implements {Part} */
export class Wall {
  filmed = true;

  constructor(/** @type {Element} */ root) {
    this.title = make("p", "measure");
    this.said = make("p", "said");
    this.grid = make("div", "hung", "", { role: "group" });
    root.append(this.title, this.said, this.grid);
    /** @type {Cell[]} */
    this.cells = [];
    /** @type {Drawn["trigger"]} */
    this.trigger = () => {};
  }

  // The pictures, which come with the script's run; what they are taken for comes with an answer.
  updated(/** @type {Drawn} */ { data, trigger }) {
    const { pictures, words } = /** @type {WallData} */ (data.wall);
    this.trigger = trigger;
    set_property(this.title, "textContent", words.title);
    this.grid.setAttribute("aria-label", words.title);
    this.grid.style.setProperty("--across", String(Math.max(5, Math.ceil(pictures.length / 4))));
    while (this.cells.length > pictures.length) this.cells.pop()?.cell.remove();
    while (this.cells.length < pictures.length) this.add();
    pictures.forEach(({ source, position, label }, place) => {
      const { cell, image } = this.cells[place];
      if (image.src === source) return;
      image.src = source;
      show(this.cells[place], "", null, words.unseen
        .replace("{position}", String(position)).replace("{true}", words.classes[label]), "");
      cell.classList.remove("right", "wrong");
    });
  }

  add() {
    const place = this.cells.length;
    const cell = made(() => this.trigger("chosen", place));
    this.cells.push(cell);
    this.grid.append(cell.cell);
  }

  draw(/** @type {Message} */ { wall }, /** @type {Drawn} */ { data }) {
    const { pictures, words } = /** @type {WallData} */ (data.wall);
    set_property(this.said, "textContent", wall.said);
    pictures.forEach(({ position, label }, place) => {
      const found = wall.positions.indexOf(position);
      const taken = wall.taken[found] ?? null;
      if (found < 0 || taken === null) return show(this.cells[place], "", null, null, "");
      const p = wall.p[found] ?? 0;
      const is_right = taken === label;
      const said = (is_right ? words.right : words.wrong)
        .replace("{position}", String(position)).replace("{true}", words.classes[label])
        .replace("{taken}", words.classes[taken]).replace("{p}", p.toFixed(2));
      show(this.cells[place], is_right ? "right" : "wrong", p, said, words.classes[taken]);
    });
  }
}

// Right and wrong differ by the sign and its shape, not by the colour alone.
/** @param {Cell} cell @param {string} kind @param {number | null} p @param {string | null} said
 * @param {string} name */
function show({ cell, mark, name: named, filled }, kind, p, said, name) {
  set_property(cell, "className", `seen ${kind}`.trim());
  set_property(mark, "textContent", { right: "✓", wrong: "✗" }[kind] ?? "");
  set_property(named, "textContent", name);
  filled.style.width = `${100 * (p ?? 0)}%`;
  if (said === null) return;
  if (cell.getAttribute("aria-label") === said) return;
  cell.setAttribute("aria-label", said);
  cell.title = said;
}
