// One row a class: its name, a logit to take hold of, its probability, its place in the gradient.

const NICE_SPANS = [5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6];
const ARROW_FOR_ONE = 0.3; // of the track's width, for a gradient of 1

// The axis that all tracks share. A little air beside the largest logit.
function span_for(logits) {
  const largest = Math.max(...logits.map(Math.abs));
  return NICE_SPANS.find((span) => largest <= span * 0.9) ?? NICE_SPANS.at(-1);
}

function make_rows(board) {
  const { labels, root } = board;
  const list = root.querySelector(".rows");
  let rows = [];
  let dragged = null;

  const small_step = () => board.span / 50;

  function set_logit(k, value) {
    board.state.logits[k] = clamp(value, -board.limit, board.limit);
    board.change("logits");
  }

  function build_row(k) {
    const colour = board.colours[k % board.colours.length];
    const node = make("div", "row");
    node.style.setProperty("--class-colour", colour);
    const aim = make("button", "aim", "", { type: "button", role: "radio" });
    aim.addEventListener("click", () => {
      board.state.target = board.state.target === k ? null : k;
      board.change("target", { now: true });
    });
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
    name.addEventListener("blur", () => {
      name.value = board.state.names[k];
      board.flush();
    });
    name.addEventListener("keydown", (event) => event.key === "Enter" && name.blur());

    const track = make("div", "track");
    const fill_bar = make("div", "fill");
    const carrier = make("div", "carrier");
    const handle = make("div", "handle", "", {
      role: "slider", tabindex: "0", "aria-orientation": "horizontal",
    });
    const arrow = make("div", "arrow");
    const head = make("div", "head");
    arrow.append(make("div", "shaft"), head);
    carrier.append(handle);
    track.append(make("div", "groove"), make("div", "zero"), fill_bar, arrow, carrier);
    listen_to_drag(k, track, handle);
    listen_to_keys(k, handle);

    const number = number_field("logit", "", {
      read: () => board.state.logits[k],
      write: (value, done) => {
        if (value !== board.state.logits[k]) set_logit(k, value);
        if (done) board.flush();
      },
      low: -board.limit, high: board.limit, step: small_step,
    });
    number.field.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (read_number(text) !== null) return;
      event.preventDefault();
      number.field.blur();
      board.paste(text);
    });

    const argument = make("span", "argument figure");
    const chance = make("div", "chance");
    const chance_fill = make("div", "fill");
    chance.append(chance_fill);
    const probability = make("span", "probability figure");
    const rank = make("span", "rank figure");
    const gradient = make("span", "gradient figure");
    node.append(aim, name, track, number.field, argument, chance, probability, rank, gradient);
    return {
      node, aim, name, track, fill_bar, carrier, handle, arrow, head, number, argument,
      chance_fill, probability, rank, gradient,
    };
  }

  // The mouse takes the value under it; a finger moves it from where it was, so that a page
  // scrolled with a finger on the track does not jump.
  function listen_to_drag(k, track, handle) {
    const at = (event, from) => {
      const box = from.box;
      const moved = (event.clientX - from.x) / (box.width / 2);
      const value = from.relative
        ? from.value + moved * board.span
        : ((event.clientX - box.left) / box.width - 0.5) * 2 * board.span;
      return tidy(clamp(value, -board.span, board.span), board.span / 500);
    };
    track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const relative = event.pointerType === "touch" || event.target === handle;
      dragged = {
        k, relative, x: event.clientX, value: board.state.logits[k], box: track.getBoundingClientRect(),
      };
      track.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      track.classList.add("held");
      board.hold(true);
      if (!relative) set_logit(k, at(event, dragged));
      event.preventDefault();
    });
    track.addEventListener("pointermove", (event) => {
      if (dragged?.k === k) set_logit(k, at(event, dragged));
    });
    const release = () => {
      if (dragged?.k !== k) return;
      dragged = null;
      track.classList.remove("held");
      board.hold(false);
      board.flush();
    };
    track.addEventListener("pointerup", release);
    track.addEventListener("pointercancel", release);
  }

  function listen_to_keys(k, handle) {
    handle.addEventListener("keydown", (event) => {
      const step = small_step() * (event.shiftKey ? 10 : 1);
      const o = board.state.logits[k];
      const value = {
        ArrowRight: o + step, ArrowUp: o + step, ArrowLeft: o - step, ArrowDown: o - step,
        PageUp: o + 10 * small_step(), PageDown: o - 10 * small_step(),
        Home: -board.span, End: board.span,
      }[event.key];
      if (value === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      set_logit(k, tidy(value, small_step() / 10));
    });
    handle.addEventListener("keyup", (event) => {
      if (/^(Arrow|Page|Home|End)/.test(event.key)) board.flush();
    });
    handle.addEventListener("focus", () => speak(rows[k], k));
  }

  function speak(parts, k) {
    const values = {
      name: board.state.names[k], logit: show_logit(board.state.logits[k]),
      probability: show(board.reading.p[k]),
    };
    set_attribute(parts.handle, "aria-label", fill(labels.logit_of, values));
    set_attribute(parts.handle, "aria-valuenow", String(board.state.logits[k]));
    set_attribute(parts.handle, "aria-valuetext", fill(labels.logit_spoken, values));
    set_attribute(parts.handle, "aria-valuemin", String(-board.span));
    set_attribute(parts.handle, "aria-valuemax", String(board.span));
  }

  function build() {
    rows = board.state.logits.map((_, k) => build_row(k));
    list.replaceChildren(...rows.map((parts) => parts.node));
    list.classList.toggle("many", rows.length > 10);
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
      set_attribute(parts.aim, "aria-label", fill(labels.target_is, { name }));
      parts.aim.title = fill(labels.target_is, { name });
      parts.node.classList.toggle("aimed", aimed);
      parts.track.title = String(state.logits[k]);
      parts.probability.title = String(reading.p[k]);
      parts.gradient.title = reading.gradient ? String(reading.gradient[k] / state.temperature) : "";
      parts.argument.title = String(reading.z[k]);
      speak(parts, k);
    });
  }

  function draw_arrow(parts, position, slope) {
    const length = clamp(-slope, -1.5, 1.5) * ARROW_FOR_ONE * board.track_width;
    const visible = Math.abs(length) >= 4;
    set_style(parts.arrow, "opacity", visible ? "1" : "0");
    if (!visible) return;
    const sign = Math.sign(length);
    set_style(parts.arrow, "transform", `translateX(${position}px) scaleX(${sign})`);
    const body = Math.max(Math.abs(length) - 5, 0);
    set_style(parts.arrow.firstChild, "transform", `scaleX(${body / 100})`);
    set_style(parts.head, "transform", `translateX(${body}px)`);
  }

  function draw() {
    const { state, reading, span } = board;
    rows.forEach((parts, k) => {
      const place = clamp(state.logits[k] / span, -1, 1);
      set_style(parts.fill_bar, "transform", `scaleX(${place})`);
      set_style(parts.carrier, "transform", `translateX(${place * 50}%)`);
      set_style(parts.chance_fill, "transform", `scaleX(${reading.p[k]})`);
      parts.number.draw();
      set_text(parts.probability, show(reading.p[k]));
      set_text(parts.rank, String(reading.ranks[k]));
      if (board.uses_argument) set_text(parts.argument, show(reading.z[k], 2));
      if (reading.gradient) {
        const slope = reading.gradient[k] / state.temperature;
        set_text(parts.gradient, show_signed(slope));
        if (board.track_width) draw_arrow(parts, (place + 1) * 0.5 * board.track_width, slope);
      }
    });
    if (dragged) speak(rows[dragged.k], dragged.k);
  }

  function measure() {
    board.track_width = rows[0].track.clientWidth;
  }

  return { build, draw, settle, measure };
}
