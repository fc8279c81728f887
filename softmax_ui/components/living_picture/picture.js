// A short training, played over and over until a person takes hold of it: then it is theirs.

/** @import { Props } from "../shared/streamlit.js" */
/** @import { Data, Film } from "./types.js" */
import { probabilities_of } from "../logit_board/math.js";
import { make, set_property } from "../shared/dom.js";
import { decode, fill, span_of } from "./film.js";
import { Garments } from "./garments.js";
import { Rows } from "./rows.js";

// Logits before the first step are within ±1; those of a whole training end at about ±10.
const FIRST_SPAN = 10;
const STEP_MS = 220, HOLD_MS = 4000, REST_MS = 250;

class Refused extends Error {}

export class Picture {
  /** @type {Film | null} */
  film = null;
  frame = 0;
  span = FIRST_SPAN;
  playing = false;
  in_sight = true;
  timer = 0;
  report = 0;
  /** @type {number[]} */
  logits = [];

  /** @param {Element} root @param {Props<Data>} props */
  constructor(root, { data, setStateValue }) {
    this.data = data;
    this.garment = data.classes.length - 1;
    this.asked = 0;
    this.root = root;
    this.send = setStateValue;
    this.rows = new Rows(data, (k, logit, done) => this.drag(k, logit, done));
    this.rows.reach(this.span);
    this.garments = new Garments(data, (position) => this.choose(position));
    this.status = make("p", "status");
    this.caption = make("p", "caption");
    this.toggle = this.button(() => (this.playing ? this.pause() : this.play()));
    this.again = this.button(() => this.load(((this.film?.seed ?? -1) + 1) % data.seeds));
    const buttons = make("div", "buttons", [this.toggle, this.again, this.status]);
    root.replaceChildren(this.garments.node, this.rows.node, buttons, this.caption);
    this.say();
    this.sight = new IntersectionObserver(([entry]) => (this.in_sight = entry.isIntersecting));
    this.sight.observe(root);
    this.load(0);
  }

  button(/** @type {() => void} */ pressed) {
    const button = make("button", "", "", { type: "button", disabled: "" });
    button.addEventListener("click", pressed);
    return button;
  }

  // The model before its first step is there at once, its training a moment later.
  async load(/** @type {number} */ seed) {
    const asked = ++this.asked;
    this.stop();
    this.open(false);
    this.again.disabled = true;
    this.root.classList.toggle("waiting", !this.film);
    set_property(this.status, "textContent", this.data.labels.training);
    this.look_at_first(seed, asked);
    try {
      const film = await this.fetch(String(seed));
      if (asked === this.asked) this.begin(film);
    } catch (error) {
      const why = error instanceof Refused ? error.message : this.data.labels.failed;
      if (asked === this.asked) this.failed(why);
    }
  }

  async look_at_first(/** @type {number} */ seed, /** @type {number} */ asked) {
    try {
      const film = await this.fetch(`${seed}/first`);
      if (asked === this.asked) this.look(film);
    } catch {
      // Whatever it is, the training says it.
    }
  }

  async fetch(/** @type {string} */ which) {
    const answer = await fetch(new URL(`${this.data.address}/${which}`, document.baseURI));
    if (!answer.ok) throw new Refused((await answer.json()).message);
    return decode(new Uint8Array(await answer.arrayBuffer()));
  }

  failed(/** @type {string} */ why) {
    this.asked += 1;
    this.root.classList.remove("waiting");
    if (this.film) this.begin(this.film); // the one before
    this.stop();
    set_property(this.status, "textContent", why);
    this.again.disabled = false;
  }

  // What may be taken hold of.
  open(/** @type {boolean} */ is_open) {
    this.toggle.disabled = !is_open;
    this.rows.open(is_open);
    this.garments.open(is_open);
  }

  look(/** @type {Film} */ film) {
    this.root.classList.remove("waiting");
    this.garment = Math.min(this.garment, film.garments.length - 1);
    this.garments.show(film);
    this.garments.choose(film, this.garment);
    this.draw_frame(film, 0);
  }

  begin(/** @type {Film} */ film) {
    const is_first = !this.film;
    this.asked += 1; // a look at its beginning would come too late
    this.film = film;
    this.span = span_of(film);
    this.rows.reach(this.span);
    this.look(film);
    this.open(true);
    this.again.disabled = false;
    this.caption.replaceChildren(...this.captions(film));
    const is_still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (is_first && is_still) this.show(film.steps.length - 1);
    else this.play();
  }

  captions(/** @type {Film} */ film) {
    const { labels, shades } = this.data;
    const large = (/** @type {number} */ number) => number.toLocaleString("en");
    const said = fill(labels.trained, {
      pictures: large(film.pictures), batch_size: large(film.batch_size),
      learning_rate: String(film.learning_rate), seed: String(film.seed),
      steps: large(film.steps[film.steps.length - 1]), seconds: film.seconds.toFixed(2),
    });
    const legend = (/** @type {number} */ place, /** @type {string} */ words) => {
      const swatch = make("span", "swatch");
      swatch.style.background = shades[place];
      return make("span", "legend", [swatch, words]);
    };
    const quarter = Math.round(shades.length / 4);
    return [legend(shades.length - 1 - quarter, labels.speaks_for),
      legend(quarter, labels.speaks_against), said];
  }

  play() {
    this.stop();
    this.playing = true;
    clearTimeout(this.report);
    this.show(0);
    this.timer = setTimeout(() => this.tick(), STEP_MS);
    this.say();
  }

  // Nobody is there to see it, or it has been seen: it waits.
  tick() {
    const { film, frame } = this;
    if (!film) return;
    const last = film.steps.length - 1;
    if (this.in_sight && !document.hidden) {
      if (frame === last) {
        this.garment = (this.garment + 1) % film.garments.length;
        this.garments.choose(film, this.garment);
      }
      this.show(frame === last ? 0 : frame + 1);
    }
    this.timer = setTimeout(() => this.tick(), this.frame === last ? HOLD_MS : STEP_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.playing = false;
    this.say();
  }

  // What stands there can be taken on from here.
  pause() {
    this.stop();
    this.tell();
  }

  show(/** @type {number} */ frame) {
    const { film } = this;
    if (!film) return;
    this.frame = frame;
    this.draw_frame(film, frame);
    const right = Math.round(film.right[frame] * film.tested);
    const large = (/** @type {number} */ number) => number.toLocaleString("en");
    set_property(this.status, "textContent", fill(this.data.labels.at_step, {
      step: large(film.steps[frame]), total: large(film.steps[film.steps.length - 1]),
      right: large(right), tested: large(film.tested),
    }));
  }

  /** @param {Film} film @param {number} frame */
  draw_frame(film, frame) {
    this.rows.draw_templates(film.templates[frame], film.size);
    this.logits = [...film.logits[frame][this.garment]];
    this.draw(film);
  }

  draw(/** @type {Film} */ film) {
    const { p } = probabilities_of(this.logits);
    this.rows.draw(this.logits, p, this.span);
    const predicted = p.indexOf(Math.max(...p));
    this.garments.predict(predicted, predicted === film.labels[this.garment]);
  }

  choose(/** @type {number} */ position) {
    const { film } = this;
    if (!film) return;
    this.stop();
    this.garment = position;
    this.garments.choose(film, position);
    this.show(film.steps.length - 1);
    this.tell();
  }

  /** @param {number} k @param {number} logit @param {boolean} done */
  drag(k, logit, done) {
    if (!this.film) return;
    if (this.playing) this.stop();
    this.logits[k] = logit;
    this.draw(this.film);
    set_property(this.status, "textContent", this.data.labels.yours);
    if (done) this.tell();
  }

  // Python hears of it when the hand rests.
  tell() {
    clearTimeout(this.report);
    const target = this.film?.labels[this.garment];
    this.report = setTimeout(() => this.send("taken", { logits: this.logits, target }), REST_MS);
  }

  say() {
    const { labels } = this.data;
    set_property(this.toggle, "textContent", this.playing ? labels.pause : labels.play);
    set_property(this.again, "textContent", labels.again);
  }

  end() {
    this.asked += 1;
    this.stop();
    clearTimeout(this.report);
    this.sight.disconnect();
  }
}
