// Depends on Streamlit's inside: its text fields are inputs of one line, in containers of a key.

// A browser makes blanks of the line ends in what is pasted into such a field, and a column with an
// index would be another row. The sign of the Enter key stands for each; our reader knows it.
export function keep_lines_when_pasting() {
  document.addEventListener("paste", (event) => {
    const [field] = event.composedPath();
    if (!(field instanceof HTMLInputElement && field.closest("[class*=_typed]"))) return;
    const text = event.clipboardData?.getData("text").trim() ?? "";
    if (!/[\r\n]/.test(text)) return;
    event.preventDefault();
    document.execCommand("insertText", false, text.replace(/\r\n?|\n/g, " ⏎ "));
  }, true);
}
