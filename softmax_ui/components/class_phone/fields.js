// The fields for each kind of answer; each tells what is answered now, null while it is not whole.

import { make } from "../shared/dom.js";

/** @typedef {[string, string]} Segment */
/** @typedef {{ kind: string, options: [string, Segment[]][], classes?: [string, number][],
 *   largest?: number, answer?: any }} Question */
/** @typedef {Record<string, string>} Words */

const TAGS = /** @type {const} */ ({ em: "em", strong: "strong", code: "code", sub: "sub",
  sup: "sup" });

export function written(/** @type {Segment[]} */ segments) {
  return segments.map(([kind, text]) => {
    const tag = TAGS[/** @type {keyof typeof TAGS} */ (kind)];
    return tag ? make(tag, "", text) : make("span", kind === "math" ? "math" : "", text);
  });
}

/** @param {Question} question @param {Words} words @param {(answer: any) => void} on_answer */
export function fields(question, words, on_answer) {
  if (question.kind === "gone") return [];
  if (question.kind === "choice") return choice(question, on_answer);
  if (question.kind === "order") return order(question, words, on_answer);
  if (question.kind === "logits") return logits(question, words, on_answer);
  return number(question, words, on_answer);
}

/** @param {Question} question @param {(answer: any) => void} on_answer */
function choice({ options, answer }, on_answer) {
  const buttons = options.map(([key, label]) => {
    const button = make("button", "option", written(label), { type: "button" });
    button.onclick = () => (mark(key), on_answer(key));
    return button;
  });
  const mark = (/** @type {any} */ chosen) => buttons.forEach((button, place) =>
    button.setAttribute("aria-pressed", String(options[place]?.[0] === chosen)));
  mark(answer);
  return buttons;
}

/** @param {Question} question @param {Words} words @param {(answer: any) => void} on_answer */
function order({ options, answer }, words, on_answer) {
  /** @type {string[]} */
  let chosen = Array.isArray(answer) ? [...answer] : [];
  const buttons = options.map(([key, label]) => {
    const button = make("button", "option", "", { type: "button" });
    button.onclick = () => {
      chosen = chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key];
      draw();
      on_answer(chosen.length === options.length ? chosen : null);
    };
    button.append(make("span", "place"), ...written(label));
    return button;
  });
  const draw = () => buttons.forEach((button, at) => {
    const place = chosen.indexOf(options[at]?.[0] ?? "");
    button.setAttribute("aria-pressed", String(place >= 0));
    if (button.firstElementChild) {
      button.firstElementChild.textContent = place < 0 ? "" : `${place + 1}.`;
    }
  });
  draw();
  return [make("p", "said", words.order ?? ""), ...buttons];
}

/** @param {Question} question @param {Words} words @param {(answer: any) => void} on_answer */
function number({ answer }, words, on_answer) {
  const field = make("input", "", "", { type: "text", id: "number", autocomplete: "off",
    autocapitalize: "off", spellcheck: "false", maxlength: 60 });
  field.value = typeof answer === "string" ? answer : "";
  field.oninput = () => on_answer(field.value.trim() || null);
  const label = make("label", "", words.answer ?? "", { for: "number" });
  return [label, field, make("p", "said", words.number ?? "")];
}

/** @param {Question} question @param {Words} words @param {(answer: any) => void} on_answer */
function logits({ classes = [], largest = 6, answer }, words, on_answer) {
  const wanted = classes.map(([name, p]) => make("li", "", `${name}: ${p}`));
  const sliders = classes.map(([name], place) => {
    const slider = make("input", "", "", { type: "range", id: `logit${place}`, min: -largest,
      max: largest, step: 0.05 });
    const value = Array.isArray(answer) ? answer[place] : 0;
    slider.value = String(value);
    const shown = make("b", "", Number(value).toFixed(2));
    slider.oninput = () => {
      shown.textContent = Number(slider.value).toFixed(2);
      on_answer(sliders.map(([, each]) => Number(each.value)));
    };
    const label = make("label", "", [(words.logit ?? "").replace("{name}", name), " ", shown],
      { for: slider.id });
    return /** @type {const} */ ([label, slider]);
  });
  return [make("p", "", words.drag ?? ""), make("ul", "", wanted), ...sliders.flat()];
}
