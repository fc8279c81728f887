// Which curves of a figure stand out, as those of one variant among many.

// Trace i belongs to line i modulo their number; null brings none forward.
/** @param {Element} figure @param {number | null} line @param {number} count */
export function bring_forward(figure, line, count) {
  figure.querySelectorAll(".scatterlayer > .trace").forEach((trace, k) => {
    trace.classList.toggle("back", line !== null && k % count !== line);
  });
}
