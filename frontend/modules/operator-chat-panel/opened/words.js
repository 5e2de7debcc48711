// What the loader says, in the language of the page: all but English comes as one module, which the browser checks.

import { languageOf } from '../../language.js';
import { kept } from '../storage.js';

/** @typedef {{ locale: string, direction: string, texts: OpeningTexts, launcher: LauncherTexts }} Words */

const ENGLISH = { locale: 'en', direction: 'ltr', texts: OPENING_ENGLISH, launcher: LAUNCHER_ENGLISH };

/**
 * @param {import('./main.js').Seat} seat
 * @param {() => void} again says again what stands there in former words
 */
export function createWords(seat, again) {
  /** @type {Words} */
  let words = ENGLISH;
  let language = '';
  let coming = Promise.resolve();

  /** @param {string} tag @param {Words} next */
  function become(tag, next) {
    if (language !== tag) return;
    const { frame } = seat;
    const { root } = frame;
    const loading = frame.text(LAUNCHER.loading);
    const rules = new Intl.PluralRules(next.locale);
    words = next;
    frame.speak(next.launcher, (count) => {
      /** @type {any} */
      const forms = next.launcher[LAUNCHER.unread];
      return (forms[rules.select(count)] ?? forms.other ?? forms).replace('{count}', count.toLocaleString(next.locale));
    });
    frame.element.lang = tag;
    root.querySelector('.shut')?.setAttribute('aria-label', frame.text(LAUNCHER.close));
    for (const part of root.querySelectorAll('.bar, .note')) part.setAttribute('dir', next.direction);
    if (root.querySelector('.note p')?.textContent === loading) frame.say(frame.text(LAUNCHER.loading));
    again();
  }

  return {
    /**
     * Looks which language the operator has chosen, or the page is in. Until its words are here, and if they don't come,
     * all goes on as it is.
     */
    speak() {
      const { hub, script } = seat;
      const chosen = kept(script.id + ':language') ?? '';
      const tag = LANGUAGES.includes(chosen) ? chosen : languageOf(script, LANGUAGES);
      if (tag === language) return;
      language = tag;
      if (tag === LANGUAGES[0]) return become(tag, ENGLISH);
      coming = seat.bringModule(hub + WORDS_SRC, WORDS_INTEGRITY, script.nonce).then(
        (module) => become(tag, module.default[tag]),
        () => {},
      );
    },
    language: () => language,
    /** When the words are here that are on their way. */
    known: () => coming,
    /** @template {keyof OpeningTexts} Name @param {Name} name @returns {OpeningTexts[Name]} */
    text: (name) => words.texts[name],
    /**
     * A refusal in words of ours, where we have some: the hub's are for whoever runs it.
     * @param {string} problem its code
     * @param {string} [message] the hub's words; a number when it has said nothing else
     */
    refusal(problem, message = '') {
      const { texts } = words;
      /** @type {Record<string, string>} */
      const known = texts[OPENING.refused];
      return known[problem] ?? (/^\d+$/.test(message) ? texts[OPENING.failed].replace('{status}', message) : message);
    },
  };
}
