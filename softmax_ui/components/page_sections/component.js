// Each section of a page is a step in the browser's history, and opens at its title.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ parameter: string, section: string, first: string }} Data */
import { enter, on_return } from "../../streamlit_inside/history.js";
import { read_from_title } from "../../streamlit_inside/reading.js";
import { staying } from "../shared/dom.js";

class Sections {
  /** @type {string | null} */ open = null;
  /** @type {string | null} */ returned_to = null;
  /** @type {Props<Data>} */ props;

  constructor(/** @type {Props<Data>} */ props) {
    this.props = props;
    this.forget = on_return(props.data.parameter, (section) => {
      this.returned_to = section ?? this.props.data.first;
      this.props.setTriggerValue("returned", this.returned_to);
    });
  }

  show(/** @type {Props<Data>} */ props) {
    this.props = props;
    const { parameter, section } = props.data;
    if (this.open !== null && this.open !== section) {
      if (this.returned_to !== section) enter(parameter, section, this.open);
      read_from_title(`.st-key-section_${section} h1`);
    }
    this.returned_to = null;
    this.open = section;
  }
}

export default staying(
  (/** @type {Props<Data>} */ props) => new Sections(props),
  (sections, props) => sections.show(props),
  (sections) => sections.forget(),
);
