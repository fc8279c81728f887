// One row a class: its name, its logit, its probability, its place in the gradient.

/** @import { Board } from "./types.js" */
import { find, make } from "../shared/dom.js";
import {
  clamp_logit, readings_of, show, show_logit, show_signed, with_minus,
} from "../shared/numbers.js";
import { fill, number_field, set_attribute, set_style, set_text } from "./dom.js";
import { make_track, small_step } from "./track.js";

export function make_rows(/** @type {Board} */ board) {
  const { labels, root } = board;
  const list = find(root, ".rows");
  /** @type {ReturnType<typeof build_row>[]} */
  let rows = [];

  function set_logit(/** @type {number} */ k, /** @type {number} */ value) {
    board.state.logits[k] = clamp_logit(value, board.limit);
    board.change("logits");
  }

  function aim_at(/** @type {number | null} */ k) {
    board.state.target = k;
    board.change("target", { now: true });
  }

  // The rings are one group of radios: one of them takes the focus, the arrow keys go on from it.
  function build_aim(/** @type {number} */ k) {
    const aim = make("button", "aim", "", { type: "button", role: "radio" });
    aim.addEventListener("click", () => aim_at(board.state.target === k ? null : k));
    aim.addEventListener("keydown", (event) => {
      const last = rows.length - 1;
      const to = {
        ArrowDown: k === last ? 0 : k + 1, ArrowRight: k === last ? 0 : k + 1,
        ArrowUp: k === 0 ? last : k - 1, ArrowLeft: k === 0 ? last : k - 1,
        Home: 0, End: last,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      aim_at(to);
      rows[to].aim.focus();
    });
    return aim;
  }

  function build_name(/** @type {number} */ k) {
    const name = make("input", "name", "", {
      type: "text", maxlength: "24", spellcheck: "false", autocomplete: "off",
    });
    name.addEventListener("input", () => {
      const kept = name.value.replace(/[<>\p{C}]/gu, "");
      if (kept !== name.value) name.value = kept;
      if (!kept.trim()) return;
      board.state.names[k] = kept.trim();
      board.change("names");
    });
    const commit = () => {
      name.value = board.state.names[k];
      board.flush();
    };
    name.addEventListener("blur", commit);
    name.addEventListener("keydown", (event) => event.key === "Enter" && commit());
    return name;
  }

  function build_number(/** @type {number} */ k) {
    const number = number_field("logit", {
      read: () => board.state.logits[k],
      write: (value, done) => {
        if (value !== board.state.logits[k]) set_logit(k, value);
        if (done) board.flush();
      },
      low: -board.limit, high: board.limit, step: () => small_step(board),
      can_mask: () => board.state.logits.some((o, other) => other !== k && Number.isFinite(o)),
      misread: board.misread,
    });
    number.field.addEventListener("focus", () => board.choose(k));
    number.field.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text") ?? "";
      if (readings_of(text).length) return;
      event.preventDefault();
      board.paste(text);
    });
    return number;
  }

  // A number in a box of its own, whose size no digit changes: laying it out touches nothing else.
  function build_figure(/** @type {string} */ kind) {
    const digits = make("span", "digits");
    return { node: make("span", `${kind} figure`, digits), digits };
  }

  // What a field could not take, and why; where it could be two numbers, a button for each.
  board.misread = (text, values, { low, high, is_mask, choose }) => {
    const place = find(root, ".misread");
    place.replaceChildren();
    if (!text) return;
    const [from, to] = [low, high].map((end) => with_minus(end.toLocaleString("en")));
    const limits = { text, low: from, high: to };
    const is_one = values.length === 1 && Number.isFinite(values[0]);
    const why = is_one ? labels.out_of_range : is_mask ? labels.last_finite : labels.misread;
    place.append(fill(values.length > 1 ? labels.ambiguous : why, limits));
    if (values.length < 2) return;
    for (const value of values) {
      const button = make("button", "chip", show_logit(value), { type: "button" });
      button.addEventListener("click", () => {
        choose(value);
        place.replaceChildren();
      });
      place.append(" ", button);
    }
  };

  function build_row(/** @type {number} */ k) {
    const [aim, name, number] = [build_aim(k), build_name(k), build_number(k)];
    const track = make_track(board, k, set_logit);
    const label = make("div", "label");
    const chance = make("div", "chance", label);
    const [argument, probability] = [build_figure("argument"), build_figure("probability")];
    const [rank, gradient] = [build_figure("rank"), build_figure("gradient")];
    const node = make("div", "row", [aim, name, track.node, number.field, argument.node, chance,
      probability.node, rank.node, gradient.node]);
    node.style.setProperty("--class-colour", board.colours[k % board.colours.length]);
    return { node, aim, name, track, number, argument, chance, label, probability, rank, gradient };
  }

  function build() {
    board.is_keyed = false;
    const { activeElement: focused } = /** @type {ShadowRoot} */ (root);
    const at = rows.findIndex(({ node }) => node.contains(focused));
    rows = board.state.logits.map((_, k) => build_row(k));
    list.replaceChildren(...rows.map(({ node }) => make("div", "place", node)));
    list.classList.toggle("many", rows.length > 10);
    find(root, ".misread").replaceChildren();
    // The keyboard stays in the row and in the column where it was.
    if (focused && at >= 0) {
      const same = find(rows[Math.min(at, rows.length - 1)].node, `.${focused.classList[0]}`);
      same.focus({ preventScroll: true });
    }
  }

  // What does not change while a logit is dragged: names, labels, exact numbers on hover.
  function settle() {
    const { state, reading } = board;
    rows.forEach((parts, k) => {
      const name = state.names[k];
      if (parts.name.value.trim() !== name) parts.name.value = name;
      set_attribute(parts.name, "aria-label", fill(labels.name_of, { number: k + 1 }));
      set_attribute(parts.number.field, "aria-label", fill(labels.logit_of, { name }));
      const aimed = state.target === k;
      set_attribute(parts.aim, "aria-checked", String(aimed));
      parts.aim.tabIndex = k === (state.target ?? 0) ? 0 : -1;
      set_attribute(parts.aim, "aria-label", fill(labels.target_is, { name }));
      parts.aim.title = fill(labels.target_is, { name });
      parts.node.classList.toggle("aimed", aimed);
      parts.probability.node.title = String(reading.p[k]);
      const slope = reading.gradient && reading.gradient[k] / state.temperature;
      parts.gradient.node.title = slope === null ? "" : String(slope);
      parts.argument.node.title = String(reading.z[k]);
      parts.track.settle();
    });
  }

  function draw() {
    const { state, reading } = board;
    rows.forEach((parts, k) => {
      const slope = reading.gradient && reading.gradient[k] / state.temperature;
      parts.track.draw(slope);
      parts.number.draw();
      set_style(parts.chance, "background-size", `${(100 * reading.p[k]).toFixed(2)}% 100%`);
      set_style(parts.label, "width", `${(100 * (reading.label?.[k] ?? 0)).toFixed(2)}%`);
      set_text(parts.probability.digits, show(reading.p[k]));
      set_text(parts.rank.digits, String(reading.ranks[k]));
      if (board.uses_argument) set_text(parts.argument.digits, show(reading.z[k], 2));
      if (slope !== null) set_text(parts.gradient.digits, show_signed(slope));
    });
  }

  function measure() {
    board.track_width = rows[0]?.track.node.clientWidth ?? 0;
  }

  return { build, draw, settle, measure };
}
