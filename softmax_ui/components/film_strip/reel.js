// Which frames a film has, and how far apart they are.

const FRAMES = 120;

// How many steps lie between two frames, so that the whole film has about as many as one can see.
/** @param {number} last the newest step @param {number} epoch steps of an epoch */
export function stride_of(last, epoch) {
  const stride = Math.max(Math.round(last / FRAMES), 1);
  return stride > epoch ? Math.ceil(stride / epoch) * epoch : stride;
}

// The next steps after one, at most some, the last one being the film's end.
/** @param {number} step @param {number} stride @param {number} last @param {number} most */
export function next_steps(step, stride, last, most) {
  const steps = [];
  for (let next = step + stride; steps.length < most; next += stride) {
    steps.push(Math.min(next, last));
    if (next >= last) break;
  }
  return steps;
}
