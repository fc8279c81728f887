// The board asks once a second for what is new while it is looked at. The question and the buttons
// above it are the page's: it is asked to draw them anew when another window has changed the class.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ address: string, ticket: string, standing: string, words: Record<string, string>,
 *   code: { code: string, link: string, picture: string } }} Data */
import { bars_of } from "../class_phone/bars.js";
import { find, make, staying } from "../shared/dom.js";

const EVERY_MS = 1000;

class Board {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.timer = 0;
    this.marker = "";
    this.drawn = "";
    this.standing = "";
    this.differs = "";
    this.ask = (/** @type {string} */ _standing) => {};
    /** @type {Data | null} */ this.data = null;
    this.side = make("div", "join");
    this.main = make("div");
    place.replaceChildren(this.side, this.main);
    this.look = this.look.bind(this);
    document.addEventListener("visibilitychange", this.look);
  }

  show(/** @type {Data} */ data) {
    const { code, link, picture } = data.code;
    const other = `${code} ${link} ${data.words.votes}`;
    this.data = data;
    this.standing = data.standing;
    this.differs = "";
    if (other !== this.drawn) {
      this.drawn = other;
      this.marker = "";
      this.side.replaceChildren(
        make("img", "", "", { src: picture, alt: link }),
        make("p", "code", code),
        make("div", "link", link),
      );
    }
    void this.look();
  }

  async look() {
    clearTimeout(this.timer);
    if (!this.data || document.hidden) return;
    const { address, ticket } = this.data;
    try {
      const got = await fetch(`${address}&seen=${this.marker}`, {
        headers: { "X-Board": ticket },
        cache: "no-store",
      });
      if (got.status === 200) this.draw(await got.json());
      this.compare();
    } catch {
      // It asks again.
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(this.look, EVERY_MS);
  }

  // The page that gave the order is being drawn already: only what stays different is told.
  compare() {
    if (!this.data || this.standing === this.data.standing) this.differs = "";
    else if (this.differs === this.standing) this.ask(this.standing);
    else this.differs = this.standing;
  }

  draw(/** @type {any} */ said) {
    this.marker = said.marker;
    this.standing = said.standing ?? "";
    const words = this.data?.words ?? {};
    const word = (/** @type {string} */ name, /** @type {unknown} */ n) =>
      (words[name] ?? "").replace("{n}", String(n));
    const rounds = (said.rounds ?? []).map((/** @type {any} */ round) => make("div", "", [
      make("h3", "", word("round", round.number)),
      make("p", "count", word("votes", round.votes)),
      ...bars_of(round.bars),
      typeof round.right !== "number" ? null : make("p", "count", word("right", round.right)),
      round.own ? make("p", "faint", word("own", "")) : null,
    ]));
    const progress = said.progress ?? [];
    this.main.replaceChildren(
      make("p", "count", word("learners", said.learners ?? 0)),
      make("div", "rounds", rounds),
      ...(progress.length ? [
        make("h3", "", word("progress", "")),
        ...bars_of(progress.map((/** @type {[string, number]} */ [label, count]) =>
          ({ label, count, right: null }))),
        make("p", "faint", (words.done ?? "").replace("{done}", said.done[0])
          .replace("{right}", said.done[1])),
      ] : []),
    );
  }

  end() {
    clearTimeout(this.timer);
    this.data = null;
    document.removeEventListener("visibilitychange", this.look);
  }
}

export default staying(
  (/** @type {Props<Data>} */ { parentElement }) => new Board(find(parentElement, ".board")),
  (board, { data, setTriggerValue }) => {
    board.ask = (standing) => setTriggerValue("changed", standing);
    board.show(data);
  },
  (board) => board.end(),
);
