/**
 * Who sits before the browser, as far as its pages say it. What is kept of that are marks, from which no name or number
 * can be read, and a word for each person's time here.
 */

import { uuid } from './uuid.js';

/** @typedef {{name: string, phone: string}} Customer */

/** Nobody is known yet. */
export const UNKNOWN = '..';

/**
 * The person as it is kept, after a page has said who it is. Somebody else begins a time of their own: when a name or a
 * number is known from before, and nothing that is said agrees with it.
 * @param {string} last as it was kept @param {Customer} customer
 */
export function meet(last, { name, phone }) {
  const [, ...before] = last.split('.');
  const said = [name, phone].map(mark);
  const known = said.filter((text, index) => text && before[index]);
  if (known.length && !said.some((text, index) => text && text === before[index])) return leave(said);
  return [timeOf(last), ...said.map((text, index) => text || before[index] || '')].join('.');
}

/** The next person, of whom perhaps something is known. @param {string[]} [said] */
export const leave = (said = ['', '']) => [uuid(), ...said].join('.');

/** The word for this person's time. @param {string} kept */
export const timeOf = (kept) => kept.split('.')[0];

/** 32 bits (FNV-1a) of what matters in a name or a number. @param {string} text */
function mark(text) {
  let hash = 0x811c9dc5;
  const letters = text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  for (const letter of letters) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return letters && (hash >>> 0).toString(36);
}
