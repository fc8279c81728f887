// Only a browser that has joined a class tells it how far it is.

/** @import { Props } from "../shared/streamlit.js" */
/** @typedef {{ section: string, answered: number, right: number }} Data */
import { ask } from "../class_phone/asking.js";
import { kept } from "../class_phone/keeping.js";

let told = "";

export default function (/** @type {Props<Data>} */ { data }) {
  const { key, code } = kept();
  const text = JSON.stringify(data);
  if (!code || text === told) return;
  told = text;
  void ask("class/progress", { ...data, key, code });
}
