/** How long things take, and how long to wait. */

let last = 0;
let shift = 0;

/**
 * Milliseconds that never go back: the wall clock's, because it counts a laptop's sleep as well, but for its steps
 * back.
 */
export function now() {
  const wall = Date.now();
  if (wall + shift < last) shift = last - wall;
  return (last = wall + shift);
}

/**
 * Milliseconds before the next attempt, between `first` and `most`: the more, the more often it failed, and never in
 * step with all the others.
 * @param {number} failures 1 after the first @param {number} first @param {number} most
 */
export const backOff = (failures, first, most) =>
  first + Math.random() * (Math.min(most, first * 2 ** failures) - first);
