// Three probabilities that add up to 1 are a point in a triangle; the logits follow the point.

/** @import { Board } from "./types.js" */
import { find, make_svg } from "../shared/dom.js";
import { clamp_logit, tidy } from "../shared/numbers.js";
import { blank_picture, trimmed } from "./charts.js";
import { set_attribute, set_text } from "./dom.js";

const CORNERS = [[150, 22], [22, 244], [278, 244]];
const NAME_WIDTHS = [280, 122, 122]; // two names share the line below the triangle

export function point_of(/** @type {number[]} */ p) {
  return [0, 1].map((axis) => p.reduce((sum, share, k) => sum + share * CORNERS[k][axis], 0));
}

// Back from a place in the picture to probabilities, kept inside the triangle.
export function shares_at(/** @type {number} */ x, /** @type {number} */ y) {
  const [[ax, ay], [bx, by], [cx, cy]] = CORNERS;
  const area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
  const first = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area;
  const second = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area;
  const inside = [first, second, 1 - first - second].map((share) => Math.max(share, 1e-4));
  const total = inside.reduce((sum, share) => sum + share, 0);
  return inside.map((share) => share / total);
}

function mean_of(/** @type {number[]} */ values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function make_simplex(/** @type {Board} */ board) {
  const place = find(board.root, ".simplex");
  const picture = find(place, "svg");
  const names = CORNERS.map(([x, y], k) => make_svg("text", {
    x, y: k === 0 ? y - 8 : y + 18, "text-anchor": ["middle", "start", "end"][k], class: "corner",
  }));
  const path = make_svg("polyline", { class: "path" });
  const steps = make_svg("path", { class: "dots" });
  const point = make_svg("circle", { r: 8, class: "point" });
  const levels = [0.25, 0.5, 0.75].flatMap((share) => [0, 1, 2].map((k) => {
    const [a, b] = [(k + 1) % 3, (k + 2) % 3].map((other) => {
      const p = [0, 0, 0];
      p[k] = share;
      p[other] = 1 - share;
      return point_of(p);
    });
    return make_svg("line", { x1: a[0], y1: a[1], x2: b[0], y2: b[1], class: "level" });
  }));
  picture.replaceChildren(
    make_svg("polygon", { points: CORNERS.map(String).join(" "), class: "edge" }),
    ...levels, path, steps, ...names, point,
  );

  /** @type {CanvasRenderingContext2D} */
  let probe;
  let held = false;
  /** @type {number[]} */
  let before = [];
  function follow(/** @type {PointerEvent} */ event) {
    const box = picture.getBoundingClientRect();
    const scale = 300 / box.width;
    const p = shares_at((event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
    const { state } = board;
    // A masked class keeps p = 0: the point goes along the edge of the others.
    const is_free = state.logits.map(Number.isFinite);
    const mean = mean_of(state.logits.filter((_, k) => is_free[k]));
    const raw = p.map((share) => state.temperature * Math.log(share));
    const middle = mean_of(raw.filter((_, k) => is_free[k]));
    state.logits = raw.map((o, k) => (is_free[k]
      ? clamp_logit(tidy(o - middle + mean, 0.001), board.limit) : -Infinity));
    board.change("logits");
  }
  picture.addEventListener("pointerdown", (event) => {
    if (event.target !== point && event.pointerType === "touch") return;
    held = true;
    before = [...board.state.logits];
    picture.setPointerCapture(event.pointerId);
    board.hold(true);
    follow(event);
    event.preventDefault();
  });
  picture.addEventListener("pointermove", (event) => held && follow(event));
  const release = () => {
    if (!held) return;
    held = false;
    board.hold(false);
    board.flush();
  };
  picture.addEventListener("pointerup", release);
  // The browser has taken the finger over, to scroll the page: it was no drag.
  picture.addEventListener("pointercancel", () => {
    if (!held) return;
    board.state.logits = before;
    board.change("logits");
    release();
  });

  function settle() {
    place.hidden = board.state.logits.length !== 3;
    if (place.hidden) return;
    names.forEach((node, k) => {
      set_text(node, probe ? trimmed(probe, board.state.names[k], NAME_WIDTHS[k]) : "");
      node.style.setProperty("--class-colour", board.colours[k]);
    });
  }

  function measure() {
    probe = blank_picture(1, 1, `600 13px ${board.paint.font}`).pen; // as in .corner
    settle();
  }

  function draw() {
    if (place.hidden) return;
    const [x, y] = point_of(board.reading.p);
    set_attribute(point, "cx", x.toFixed(2));
    set_attribute(point, "cy", y.toFixed(2));
    const walk = board.walk.map(({ p }) => point_of(p).map((part) => part.toFixed(1)));
    set_attribute(path, "points", walk.map(String).join(" "));
    set_attribute(steps, "d", walk.map(([px, py]) => `M${px} ${py}h.01`).join(""));
  }

  return { place, draw, settle, measure };
}
