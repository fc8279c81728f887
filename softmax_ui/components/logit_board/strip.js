// What moves together stays in sight together: the distribution, the loss and the steps are a strip
// at the foot of the window, wherever one has scrolled to.

/** @import { Board } from "./types.js" */
import { find, make } from "../shared/dom.js";
import { show } from "../shared/numbers.js";
import { set_style, set_text } from "./dom.js";

const WALK_MS = 125; // between two steps of a button that is held down
const HELD_MS = 450; // from when on it is held and not clicked

export function make_strip(/** @type {Board} */ board) {
  const { root } = board;
  const place = find(root, ".strip");
  const list = find(place, ".shares");
  const loss = find(place, ".loss-now");
  const buttons = place.querySelectorAll("button");
  const [one, ten, again] = buttons;
  const step = () => board.descent?.step();
  let repeat = 0;
  /** @type {{ node: HTMLElement, name: HTMLElement, chance: HTMLElement }[]} */
  let shares = [];

  // A held button walks on until it is let go.
  one.addEventListener("click", step);
  one.addEventListener("pointerdown", () => {
    clearTimeout(repeat);
    repeat = setTimeout(function walk_on() {
      step();
      repeat = setTimeout(walk_on, WALK_MS);
    }, HELD_MS);
  });
  const stop = () => {
    clearTimeout(repeat);
    board.flush();
  };
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) {
    one.addEventListener(name, stop);
  }
  ten.addEventListener("click", () => {
    for (let k = 0; k < 10; k++) step();
    board.flush();
  });
  again.addEventListener("click", () => board.descent?.restart());

  function build() {
    shares = board.state.logits.map((_, k) => {
      const [name, chance] = [make("span"), make("b")];
      const node = make("span", "share", [name, " ", chance]);
      node.style.setProperty("--class-colour", board.colours[k % board.colours.length]);
      return { node, name, chance };
    });
    list.replaceChildren(...shares.map(({ node }) => node));
  }

  function draw() {
    const { p, loss: now } = board.reading;
    shares.forEach(({ node, chance }, k) => {
      set_style(node, "flex-grow", p[k].toFixed(4));
      set_text(chance, p[k].toFixed(2));
    });
    set_text(loss, show(now ?? NaN));
    for (const button of buttons) button.disabled = now === null;
  }

  function settle() {
    shares.forEach(({ node, name }, k) => {
      set_text(name, board.state.names[k]);
      node.classList.toggle("aimed", k === board.state.target);
    });
  }

  return { build, draw, settle, stop };
}
