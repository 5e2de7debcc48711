/**
 * What the customer chat says, in the language of its page. The texts stand in `locales/`: the bundler puts the English
 * ones in and numbers all by their names (`toolchain/words.mjs`).
 */

import { isolated, plain } from './text.js';

/** @typedef {typeof import('../../../locales/en.json')['customer']} Texts */
/** @typedef {{locale: string, direction: string, texts: Texts}} Words */

const [ENGLISH_TAG] = LANGUAGES;
/** Milliseconds that the window waits for words of another language, and is in English then. */
const PATIENCE_MS = 3_000;

/** @type {Words} */
let words = ENGLISH;
let language = '';
let { locale } = words;

/**
 * From when `begin` is called, this language is spoken, or English where its words don't come. That is at once where they
 * are here already.
 * @param {object} given
 * @param {string} given.hub its origin
 * @param {string} given.wanted
 * @param {AbortSignal} given.signal
 * @param {() => void} given.begin
 */
export function learn({ hub, wanted, signal, begin }) {
  /** @param {string} name @param {Words} known */
  const speak = (name, known) => {
    if (signal.aborted) return;
    language = name;
    words = known;
    // Days and numbers as they are written where the browser is at home.
    const home = navigator.languages.find((tag) => new RegExp(`^${name}(-\\w{2,4})*$`, 'i').test(tag));
    locale = home ? home + words.locale.slice(name.length) : words.locale;
    begin();
  };
  if (wanted === language) speak(wanted, words);
  else if (wanted === ENGLISH_TAG) speak(wanted, ENGLISH);
  else {
    Promise.race([
      import(`${hub}${WORDS_SRC}${wanted}.js`),
      new Promise((_, late) => setTimeout(late, PATIENCE_MS)),
    ]).then(
      (module) => speak(wanted, module.default),
      () => speak(ENGLISH_TAG, ENGLISH),
    );
  }
}

/** How the window's own words are written: for its `lang` and `dir`. */
export const tongue = () => ({ lang: language, dir: words.direction });
/** For days, times and numbers. */
export const localeNow = () => locale;

/** @template {keyof Texts} Name @param {Name} name @returns {Texts[Name]} */
export const text = (name) => words.texts[name];

/** @param {string} text @param {Record<string, string>} values */
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

/** @param {number} value */
export const number = (value) => value.toLocaleString(locale);

/** @param {'unread' | 'characters_left' | 'too_long'} name @param {number} count @param {number} [most] */
export function counted(name, count, most = 0) {
  /** @type {any} */
  const forms = text(name);
  const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other ?? forms;
  return fill(form, { count: number(count), most: number(most) });
}

/** Why there is no connection, in words of ours: the hub's are for whoever runs it. @param {string} code @param {boolean} kept something is unsent */
export function stopped(code, kept) {
  const all = text(TEXT.stopped);
  return `${isHopeless(code) ? all[code] : all.unavailable}${kept ? ` ${all.kept}` : ''}`;
}
/** Whether trying again by hand is of no use. @param {string} code @returns {code is 'blocked' | 'unsupported'} */
export const isHopeless = (code) => /^(blocked|unsupported)$/.test(code);

/** Why a message is not sent. @param {string} code */
export function refused(code) {
  const all = text(TEXT.refused);
  return /** @type {Record<string, string>} */ (all)[code] ?? all.impossible;
}

/** @typedef {'' | 'held' | 'stopped'} Pause why nothing is sent now, which is tried again by itself when it is held */

/** What became of a message. @param {import('./rows.js').Delivery} state @param {Pause} pause */
export const delivery = (state, pause) => text(TEXT.delivery)[(state === 'sending' && pause) || state];

/** @param {string} name */
export const chatWith = (name) => (plain(name) ? fill(text(TEXT.chat_with), { name: isolated(name) }) : text(TEXT.title));
