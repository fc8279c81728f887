// Each section of a page is a step in the browser's history, and opens at its title.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ parameter: string, section: string, first: string, contents: string,
 *   turn: number | null }} Data
 *   contents: the key of the list of all sections
 *   turn: the last return that the page has heard of */
import { arrived, enter, on_return } from "../../streamlit_inside/history.js";
import { read_from_title } from "../../streamlit_inside/reading.js";
import { staying } from "../shared/dom.js";

class Sections {
  /** @type {string | null} */ open = null;
  /** @type {{ section: string, turn: number } | null} */ returned = null;
  /** @type {MutationObserver | null} */ waiting = null;
  /** @type {Props<Data>} */ props;

  constructor(/** @type {Props<Data>} */ props) {
    this.props = props;
    this.forget = on_return(props.data.parameter, (section) => {
      this.returned = { section: section ?? this.props.data.first, turn: Date.now() };
      this.props.setTriggerValue("returned", this.returned);
    });
  }

  show(/** @type {Props<Data>} */ props) {
    this.props = props;
    const { parameter, section, contents, turn } = props.data;
    if (this.returned && this.returned.turn !== turn) return; // by a run that began before
    if (this.open !== null && this.open !== section) {
      if (this.returned?.section !== section) enter(parameter, section, this.open);
      read_from_title(`.st-key-section_${section} h1`);
    }
    if (this.open !== section) this.show_line(`.st-key-${contents}`, `.st-key-go_${section}`);
    if (this.returned) arrived();
    this.returned = null;
    this.open = section;
  }

  // In a list that is longer than the window and scrolls by itself; what is in view stays put.
  show_line(/** @type {string} */ list, /** @type {string} */ line) {
    const found = () => {
      const box = document.querySelector(list);
      const entry = box?.querySelector(line);
      if (!box || !entry) return false;
      const [around, inner] = [box.getBoundingClientRect(), entry.getBoundingClientRect()];
      const [above, below] = [inner.top - around.top, inner.bottom - around.bottom];
      if (above < 0 || below > 0) box.scrollTop += (above + below) / 2;
      return true;
    };
    this.waiting?.disconnect();
    if (found()) return;
    this.waiting = new MutationObserver(() => found() && this.waiting?.disconnect());
    this.waiting.observe(document.body, { childList: true, subtree: true }); // drawn only later
  }

  end() {
    this.forget();
    this.waiting?.disconnect();
  }
}

export default staying(
  (/** @type {Props<Data>} */ props) => new Sections(props),
  (sections, props) => sections.show(props),
  (sections) => sections.end(),
);
