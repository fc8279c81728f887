// The moving parts of a run's page, each in a node that stays: new answers change what is in it.

/** @import { Props } from "../shared/streamlit.js" */
/** @import { Curve, Data, Drawn, Instance, Message, Part, Slot } from "./types.js" */
import render from "../live_figure/component.js";
import { bring_forward } from "../live_figure/forward.js";
import draw_pictures from "../picture_grid/component.js";
import { find, make, set_property, staying } from "../shared/dom.js";
import { film, in_film } from "../shared/film.js";
import { orders } from "../shared/orders.js";
import { Legend } from "./legend.js";
import { place_moment } from "./moment.js";
import { hurry, watch } from "./polling.js";
import { Wall } from "./wall.js";

// An answer that was asked for sooner after the script's run may be older than that run.
const SETTLED_MS = 800;
// An answer that was asked for sooner after an order may be one that the server had made before it.
const FRESH_MS = 300;

// All that learns is seen at once, so on a low screen the figures are low; component.css says the
// same.
function figure_height() {
  return Math.round(
    Math.min(420, Math.max(200, innerHeight * 0.28, innerHeight * 0.55 - 216)));
}

/** @implements {Part} */
class Status {
  constructor(/** @type {Element} */ root) {
    this.text = make("p", "progress-text");
    this.filled = make("div", "filled");
    this.bar = make("div", "bar", this.filled, { role: "progressbar" });
    this.trouble = make("p", "trouble", "", { role: "status" });
    root.append(this.text, this.bar, this.trouble);
    this.status = "";
    this.drawn_at = 0;
    this.marker = "";
    this.told = "";
    this.ordered = "";
    this.obeyed_at = 0;
    /** @param {any} event */
    this.listen = (event) => this.hear(event.detail);
    orders.addEventListener("said", this.listen);
  }

  // What was ordered shows until the answer to it does.
  hear(/** @type {string} */ ordered) {
    if (ordered === this.ordered) return;
    if (ordered) {
      this.ordered = ordered;
      this.text.setAttribute("aria-live", "polite");
      set_property(this.text, "textContent", ordered);
    }
    this.obeyed_at = ordered ? Infinity : performance.now();
  }

  answered() {
    this.ordered = "";
    this.obeyed_at = 0;
    set_property(this.text, "textContent", this.told);
  }

  updated() {
    this.drawn_at = performance.now();
  }

  draw(/** @type {Message} */ message) {
    // Read out when the status changes; what changes twice a second would drown everything else.
    const said = this.status !== "" && this.status !== message.status;
    if (message.marker !== this.marker) {
      this.text.setAttribute("aria-live", said ? "polite" : "off");
    }
    this.marker = message.marker;
    const is_news = message.text !== this.told && this.obeyed_at < Infinity;
    this.told = message.text;
    if (!this.ordered || is_news) this.answered();
    const percent = Math.round(message.done * 100);
    this.filled.style.width = `${message.done * 100}%`;
    this.bar.setAttribute("aria-label", message.text);
    this.bar.setAttribute("aria-valuenow", String(percent));
    this.status = message.status;
  }

  // The buttons and what is judged are the script's. Returns whether it still has to run.
  /** @param {Message} message @param {number} asked_at @param {Drawn} drawn */
  wants(message, asked_at, { data, trigger }) {
    set_property(this.trouble, "textContent", "");
    if (this.ordered && asked_at > this.obeyed_at + FRESH_MS) this.answered();
    if (message.version === data.version) return false;
    if (asked_at > this.drawn_at + SETTLED_MS) {
      this.updated();
      trigger("redraw", message.version);
    }
    return true;
  }

  lost(/** @type {string | null} */ why, /** @type {Data} */ { gone }) {
    set_property(this.trouble, "textContent", why ?? gone);
  }

  left() {
    orders.removeEventListener("said", this.listen);
  }
}

/** @implements {Part} */
class Curves {
  filmed = true;
  /** @type {number | null} */
  step = null;
  unit = 1;

  constructor(/** @type {Element} */ root) {
    const table = make("div", "legend");
    this.figures = make("div", "figures");
    root.append(table, this.figures);
    this.legend = new Legend(table, () => this.bring_forward());
    this.variants = 1;
    /** @type {Map<string, Slot>} */
    this.shown = new Map();
    this.again = () => {};
    this.height = 0;
    // No answer may come that would draw them as high as another window wants them.
    this.resized = () => {
      if (figure_height() !== this.height) this.again();
    };
    addEventListener("resize", this.resized);
  }

  draw(/** @type {Message} */ { curves, step }, /** @type {Drawn} */ { data }) {
    if (!curves) return;
    this.variants = curves.variants;
    this.unit = curves.unit;
    this.step = step;
    this.again = () => this.draw_figures(curves, data);
    this.legend.draw(curves.legend);
    this.draw_figures(curves, data);
  }

  /** @param {NonNullable<Message["curves"]>} curves @param {Data} data */
  draw_figures(curves, data) {
    this.height = figure_height();
    this.mark();
    const wanted = new Set(curves.figures.map(({ key }) => key));
    for (const key of this.shown.keys()) if (!wanted.has(key)) this.remove(key);
    curves.figures.forEach((each, place) => this.one(each, place, data.library));
  }

  /** @param {Curve} curve @param {number} place @param {string} library */
  one({ key, title, alt, figure }, place, library) {
    let slot = this.shown.get(key);
    if (!slot) {
      const heading = make("p", "measure");
      const moment = make("div", "moment", "", { hidden: "" });
      const box = make("div", "plot", [make("div", "live-figure"), moment]);
      const outer = make("div", `curve ${key}`, [heading, box]);
      slot = { outer, title: heading, place: box, moment };
      this.shown.set(key, slot);
      box.addEventListener("plotted", () => {
        this.bring_forward();
        this.mark();
      });
    }
    // In the order that they are named in; one that is at its place stays, so no drag is cut off.
    const there = this.figures.children[place];
    if (there !== slot.outer) this.figures.insertBefore(slot.outer, there);
    set_property(slot.title, "textContent", title);
    slot.leave = render({
      data: { figure, library, alt, height: this.height, selects: false, rests: true },
      parentElement: slot.place,
      setStateValue: () => {},
    });
  }

  bring_forward() {
    for (const { place } of this.shown.values()) {
      bring_forward(place, this.legend.front, this.variants);
    }
  }

  move(/** @type {Message} */ { step }) {
    this.step = step;
    this.mark();
  }

  mark() {
    const x = this.step === null ? null : this.step / this.unit;
    for (const { place, moment } of this.shown.values()) {
      place_moment(moment, place.querySelector(".live-figure"), x);
    }
  }

  remove(/** @type {string} */ key) {
    const slot = this.shown.get(key);
    slot?.outer.remove();
    slot?.leave?.();
    this.shown.delete(key);
  }

  left() {
    removeEventListener("resize", this.resized);
    for (const { leave } of this.shown.values()) leave?.();
  }
}

// Up to ten templates are a row; more are several, of about the same length.
const IN_A_ROW = 10;
const MOST_IN_A_ROW = 17;

/** @implements {Part} */
class Templates {
  filmed = true;

  constructor(/** @type {Element} */ root) {
    this.place = make("div", "", make("div", "picture-grid"));
    this.caption = make("p", "caption");
    root.append(this.place, this.caption);
  }

  draw(/** @type {Message} */ { templates }) {
    const data = { ...templates, size: 0, chosen: [], choosable: false };
    const count = templates.pictures.length;
    const grid = /** @type {HTMLElement} */ (this.place.firstElementChild);
    grid.classList.toggle("many", count > IN_A_ROW);
    grid.style.setProperty("--across", String(Math.ceil(count / Math.ceil(count / MOST_IN_A_ROW))));
    draw_pictures({ data, parentElement: this.place, setTriggerValue: () => {} });
    set_property(this.caption, "textContent", templates.caption);
  }
}

class Gradient extends Curves {
  draw(/** @type {Message} */ { gradient, ...rest }, /** @type {Drawn} */ drawn) {
    super.draw({ ...rest, curves: gradient }, drawn);
  }
}

const PARTS = {
  status: Status, curves: Curves, gradient: Gradient, wall: Wall, templates: Templates,
};

/** @returns {Instance} */
function begin(/** @type {Props<Data>} */ { data, parentElement, setTriggerValue }) {
  const root = find(parentElement, ".live-run");
  root.replaceChildren();
  root.className = `live-run ${data.part}`;
  /** @type {Instance} */
  const instance = { part: new PARTS[data.part](root), data, trigger: setTriggerValue };
  if (instance.part.filmed) {
    instance.draw_frame = () => {
      const { part, latest } = instance;
      if (!latest) return;
      if (part.move) part.move(in_film(latest));
      else part.draw(in_film(latest), instance);
    };
    film.addEventListener("frame", instance.draw_frame);
  }
  return instance;
}

/** @param {Instance} instance @param {Props<Data>} props */
function show(instance, { data, setTriggerValue }) {
  const { part, latest, leave, data: before } = instance;
  instance.data = data;
  instance.trigger = setTriggerValue;
  part.updated?.(instance);
  if (!leave || before.address !== data.address) {
    // The new one first: what both watch is then not asked for anew.
    instance.leave = watch(data.address, {
      told(message, asked_at) {
        if (instance.latest !== message) part.draw(in_film(message), instance);
        instance.latest = message;
        return part.wants?.(message, asked_at, instance) ?? false;
      },
      lost: (why) => part.lost?.(why, instance.data),
    });
    leave?.();
  } else {
    if (latest) part.draw(in_film(latest), instance); // the theme may have changed
    hurry(data.address);
  }
}

function end(/** @type {Instance} */ { part, leave, draw_frame }) {
  leave?.();
  if (draw_frame) film.removeEventListener("frame", draw_frame);
  part.left?.();
}

export default staying(begin, show, end);
