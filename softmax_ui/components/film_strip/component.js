// A slider over all steps of a run, and its film: the pictures on the page move with it. Frames
// come some at a time from the server, and the script runs only when the slider is let go.

/** @import { Props } from "../shared/streamlit.js" */
/** @import { Data, Frame } from "./types.js" */
import { watch } from "../live_run/polling.js";
import { find, make, set_property, staying } from "../shared/dom.js";
import { leave_film, show_frame } from "../shared/film.js";
import { next_steps, stride_of } from "./reel.js";

const AT_ONCE = 8;
const SETTLED_MS = 150;

class Strip {
  constructor(/** @type {Props<Data>} */ props) {
    this.props = props;
    this.step = props.data.step;
    this.last = props.data.last;
    this.moved = false; // by hand, and the script has not heard of it yet
    this.live = "";
    this.leave = () => {};
    this.drawn_for = "";
    /** @type {Frame[]} */
    this.ahead = [];
    this.timer = 0;
    this.settling = 0;
    this.asked = 0;
    this.plays = false;
    /** @type {AbortController | null} */
    this.flight = null;
    this.button = make("button", "play", "", { type: "button" });
    this.icon = make("span", "icon", "play_arrow", { "aria-hidden": "true" });
    this.word = make("span", "word");
    this.button.append(this.icon, this.word);
    this.slider = make("input", "steps", "", { type: "range", min: 0, step: 1 });
    this.told = make("output", "told");
    this.speed = make("select", "speed");
    this.newest = make("button", "newest", "", { type: "button" });
    this.trouble = make("p", "trouble", "", { role: "status" });
    const root = find(props.parentElement, ".film-strip");
    root.replaceChildren(
      this.button, this.slider, this.told, this.speed, this.newest, this.trouble);
    this.button.addEventListener("click", () => (this.plays ? this.pause() : this.play()));
    this.slider.addEventListener("input", () => this.seek(this.slider.valueAsNumber));
    this.slider.addEventListener("change", () => this.settle());
    this.newest.addEventListener("click", () => this.follow());
  }

  show(/** @type {Props<Data>} */ props) {
    this.props = props;
    const { words, step, follows, live } = props.data;
    set_property(this.word, "textContent", this.plays ? words.pause : words.play);
    set_property(this.newest, "textContent", words.newest);
    this.newest.setAttribute("aria-pressed", String(follows));
    this.slider.setAttribute("aria-label", words.label);
    this.speed.setAttribute("aria-label", words.speed);
    if (this.speed.children.length !== words.speeds.length) {
      this.speed.replaceChildren(...words.speeds.map(([each, word]) =>
        make("option", "", word, { value: each })));
      this.speed.selectedIndex = 1;
    }
    if (live !== this.live) {
      this.leave();
      this.live = live;
      this.leave = watch(live, {
        told: ({ last }) => this.reached(last),
        lost: () => {},
      });
    }
    const drawn_for = `${props.data.address} ${follows ? "newest" : step}`;
    if (!this.plays && (drawn_for !== this.drawn_for || follows)) {
      if (!this.settling) {
        leave_film();
        this.moved = false;
        this.step = follows ? this.last : step;
      }
      this.drawn_for = drawn_for;
    }
    this.reached(Math.max(this.last, props.data.last));
  }

  // The run is further: the slider ends there, but not under a hand that is moving it.
  reached(/** @type {number} */ last) {
    if (!this.moved) {
      this.last = last;
      if (this.props.data.follows && !this.plays) this.step = last;
      set_property(this.slider, "max", String(last));
      for (const each of [this.button, this.slider]) each.disabled = last === 0;
    }
    this.tell();
    return false;
  }

  tell() {
    const { words, epoch } = this.props.data;
    if (this.slider.valueAsNumber !== this.step) this.slider.value = String(this.step);
    const said = words.step
      .replace("{step}", this.step.toLocaleString("en"))
      .replace("{epoch}", (this.step / epoch).toFixed(2));
    set_property(this.told, "textContent", said);
    this.slider.setAttribute("aria-valuetext", said);
  }

  // -- one step --------------------------------------------------------------------------------

  // While one drags: what is asked for is the newest place, and one answer at a time.
  seek(/** @type {number} */ step) {
    this.stop();
    this.moved = true;
    this.step = step;
    this.tell();
    clearTimeout(this.settling);
    this.settling = 0;
    if (!this.flight) this.fetch_here();
  }

  async fetch_here() {
    const step = this.step;
    const frames = await this.fetch(step, 1, 1);
    if (this.plays) return;
    if (frames?.length) show_frame({ ...frames[0] });
    if (frames && step !== this.step) this.fetch_here();
  }

  // With the keyboard each press is a change; the script runs when the hand rests.
  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.settling = 0;
      this.props.setStateValue("step", this.step);
    }, SETTLED_MS);
  }

  follow() {
    this.stop();
    leave_film();
    this.props.setStateValue("step", -1);
  }

  // -- the film --------------------------------------------------------------------------------

  async play() {
    const { words } = this.props.data;
    if (this.step >= this.last) this.step = 0;
    this.plays = true;
    this.ahead = [];
    set_property(this.icon, "textContent", "pause");
    set_property(this.word, "textContent", words.pause);
    const asked = ++this.asked;
    const frames = await this.fetch(this.step, 1, 1);
    if (asked !== this.asked || !this.plays) return;
    if (!frames) return this.pause();
    for (const frame of frames) this.one(frame);
    this.tick();
  }

  one(/** @type {Frame} */ frame) {
    this.step = frame.step;
    show_frame({ ...frame });
    this.tell();
  }

  async tick() {
    const asked = this.asked;
    const began = performance.now();
    if (!this.ahead.length && !(await this.more())) {
      if (asked === this.asked && this.plays) this.pause();
      return;
    }
    if (asked !== this.asked || !this.plays) return;
    const frame = this.ahead.shift();
    if (frame) this.one(frame);
    if (this.step >= this.last) return this.pause();
    const wait = 1000 / Number(this.speed.value) - (performance.now() - began);
    this.timer = setTimeout(() => this.tick(), Math.max(wait, 16));
    // The next frames are asked for while the last of these are seen.
    if (this.ahead.length <= AT_ONCE / 2) this.more();
  }

  async more() {
    const { last, props: { data: { epoch } } } = this;
    const stride = stride_of(last, epoch);
    const from = this.ahead.at(-1)?.step ?? this.step;
    // The first ones are few: somebody waits for them.
    const most = this.ahead.length ? AT_ONCE : 2;
    const steps = next_steps(from, stride, last, most);
    if (from >= last || this.flight) return this.flight !== null;
    const asked = this.asked;
    const frames = await this.fetch(steps[0], stride, steps.length);
    if (asked !== this.asked || !frames) return false;
    this.ahead.push(...frames.filter((frame) => frame.step > from));
    return this.ahead.length > 0;
  }

  pause() {
    this.stop();
    this.props.setStateValue("step", this.step);
  }

  stop() {
    this.plays = false;
    this.asked += 1;
    this.ahead = [];
    clearTimeout(this.timer);
    set_property(this.icon, "textContent", "play_arrow");
    set_property(this.word, "textContent", this.props.data.words.play);
  }

  /** @param {number} step @param {number} stride @param {number} count
   * @returns {Promise<Frame[] | null>} */
  async fetch(step, stride, count) {
    const { address, words } = this.props.data;
    const url = new URL(address, document.baseURI);
    for (const [name, value] of Object.entries({ step, stride, count })) {
      url.searchParams.set(name, String(value));
    }
    const flight = new AbortController();
    this.flight = flight;
    try {
      const answer = await fetch(url, { cache: "no-store", signal: flight.signal });
      const told = await answer.json();
      set_property(this.trouble, "textContent", answer.ok ? "" : told.message);
      return answer.ok ? told.frames : null;
    } catch {
      if (!flight.signal.aborted) set_property(this.trouble, "textContent", words.lost);
      return null;
    } finally {
      if (this.flight === flight) this.flight = null;
    }
  }

  end() {
    this.stop();
    this.leave();
    clearTimeout(this.settling);
    this.flight?.abort();
    leave_film();
  }
}

export default staying(
  (/** @type {Props<Data>} */ props) => new Strip(props),
  (strip, props) => strip.show(props),
  (strip) => strip.end(),
);
