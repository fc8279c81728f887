// A line across a figure at the step that the page shows.

/** @param {HTMLElement} line @param {any} plot @param {number | null} x */
export function place_moment(line, plot, x) {
  const { xaxis, _size: size } = plot?._fullLayout ?? {};
  const at = x === null || !xaxis ? NaN : xaxis.d2p(x);
  line.hidden = !(at >= 0 && at <= xaxis?._length);
  if (line.hidden) return;
  line.style.left = `${xaxis._offset + at}px`;
  line.style.top = `${size.t}px`;
  line.style.height = `${size.h}px`;
}
