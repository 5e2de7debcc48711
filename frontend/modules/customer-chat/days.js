/** Days and times in the visitor's zone and the window's language. */

import * as words from './words.js';

/** Formats are made when first needed: loading their locale data takes longer than all the rest of this module. */
const FORMATS = {
  time: { hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  year: { day: 'numeric', month: 'long', year: 'numeric' },
  full: { dateStyle: 'full', timeStyle: 'short' },
};
/** @type {Record<string, Intl.DateTimeFormat>} */
const made = {};

/** @param {keyof typeof FORMATS} kind @param {number | Date} at */
export function format(kind, at) {
  const locale = words.localeNow();
  const format = (made[kind + locale] ??= new Intl.DateTimeFormat(locale, /** @type {Intl.DateTimeFormatOptions} */ (FORMATS[kind])));
  return format.format(at);
}

/** The same for two times of one day. @param {number | Date} at */
export const dayOf = (at) => new Date(at).toDateString();

/** What a day is called, which is another name after midnight. @param {number} at */
export function dayName(at) {
  const day = new Date(at);
  const today = midnight(0);
  if (dayOf(day) === dayOf(today)) return words.text(TEXT.today);
  if (dayOf(day) === dayOf(midnight(-1))) return words.text(TEXT.yesterday);
  return format(day.getFullYear() === today.getFullYear() ? 'day' : 'year', day);
}

/** Calls at the beginning of each day. @param {() => void} call @returns {() => void} ends it */
export function everyDay(call) {
  let day = dayOf(Date.now());
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  // Looked at every hour as well: a timer sleeps with its computer, and clocks are set.
  const look = () => {
    timer = setTimeout(look, Math.min(HOUR_MS, midnight(1).getTime() - Date.now()));
    const now = dayOf(Date.now());
    if (now !== day) call();
    day = now;
  };
  look();
  return () => clearTimeout(timer);
}

const HOUR_MS = 3_600_000;

/** The beginning of a day near today. @param {number} days from today */
function midnight(days) {
  const at = new Date(Date.now());
  at.setHours(0, 0, 0, 0);
  at.setDate(at.getDate() + days);
  return at;
}
