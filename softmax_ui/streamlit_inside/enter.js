// Depends on Streamlit's inside: that a block's key is among its classes. Enter in a text field has
// Streamlit take what was typed, and no more; whoever answers a question means its button too.

const QUESTION = "[class*=st-key-question_]";
const CHECK = "[class*=st-key-commit_] button";

export function enter_checks_an_answer() {
  addEventListener("keydown", (event) => {
    const { target: field } = event;
    // In a composition, as of Chinese, Enter takes a word.
    if (event.key !== "Enter" || event.isComposing || !(field instanceof HTMLInputElement)) return;
    if (field.type !== "text" || field.getAttribute("role") === "combobox") return;
    /** @type {HTMLElement | null | undefined} */
    const button = field.closest(QUESTION)?.querySelector(CHECK);
    setTimeout(() => button?.click()); // when Streamlit has heard the key, too
  });
}
