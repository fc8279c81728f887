// Each section of a page is a step in the browser's history, and opens at its title.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ parameter: string, section: string, first: string, turn: number | null }} Data
 *   turn: the last return that the page has heard of */
import { arrived, enter, on_return } from "../../streamlit_inside/history.js";
import { read_from_title } from "../../streamlit_inside/reading.js";
import { staying } from "../shared/dom.js";

class Sections {
  /** @type {string | null} */ open = null;
  /** @type {{ section: string, turn: number } | null} */ returned = null;
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
    const { parameter, section, turn } = props.data;
    if (this.returned && this.returned.turn !== turn) return; // by a run that began before
    if (this.open !== null && this.open !== section) {
      if (this.returned?.section !== section) enter(parameter, section, this.open);
      read_from_title(`.st-key-section_${section} h1`);
    }
    if (this.returned) arrived();
    this.returned = null;
    this.open = section;
  }
}

export default staying(
  (/** @type {Props<Data>} */ props) => new Sections(props),
  (sections, props) => sections.show(props),
  (sections) => sections.forget(),
);
