// What is needed once a panel is opened: the loader's second module, which the first one brings when somebody wants the
// panel, and checks by its hash. It gets the panel from the hub, brings it to life, carries what stands in it over to
// the next one, and replaces it when the hub was upgraded.

import css from 'window.css';
import { kept } from '../storage.js';
import { keepEarly } from '../../early.js';
import { stringify } from '../../json.js';
import { watchExpiry } from './expiry.js';
import { askPanel, bringPanel, bringSheet } from './hub.js';
import { refused } from './refusals.js';
import { createWords } from './words.js';

const BAR = '<b></b><button class=shut>×</button>';

/**
 * @typedef {{
 *   hub: string,
 *   script: HTMLScriptElement,
 *   frame: import('../frame.js').Frame,
 *   token: string,
 *   until?: number,
 *   life?: number,
 *   provide?: () => unknown,
 *   chat?: number,
 *   bringModule: typeof import('../later.js').bringModule,
 *   setToken(token: unknown): boolean,
 *   met(by: import('../wire.js').Taken, up: boolean): boolean,
 *   count(unread: number): void,
 *   tell(name: string, detail: unknown): void,
 *   refuse(code: string): void,
 * }} Seat what the first module has and knows: the token, when it expires and how long it lives, the page's way to fresh
 * tokens, a chat that was asked for and not opened yet
 */

/** @param {Seat} seat */
export function createOpened(seat) {
  const { hub, frame } = seat;
  const state = seat.script.id + ':state';
  const { root } = frame;
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  /** @type {Element | undefined} where the panel is; events from another place are a former panel's last words */
  let place;
  /** @type {import('./hub.js').PanelHandle | undefined} */
  let handle;
  /** The token that the handle has. */
  let given = '';
  /** The code of the refusal that stands there. */
  let refusal = '';

  /** @type {CSSStyleSheet[]} */
  let sheets = [];
  if (isFit()) furnish();
  const words = createWords(seat, () => refusal && sayRefused());
  words.speak();
  const expiry = watchExpiry(seat);

  /** What is seen around an open panel. */
  function furnish() {
    sheets = [...root.adoptedStyleSheets, new CSSStyleSheet()];
    sheets[1].replaceSync(css);
    root.adoptedStyleSheets = sheets;
    const bar = document.createElement('div');
    bar.className = 'bar';
    frame.setMarkup(bar, BAR);
    part('.window').prepend(bar);
    part('.shut').onclick = frame.toggle;
    // Added to what is there: a press whose target is taken away in the middle is no click.
    const cross = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    cross.setAttribute('class', 'cross');
    cross.setAttribute('d', 'M6 6l12 12M18 6L6 18');
    part('svg').append(cross);
  }

  /**
   * What this browser can't take it never will; whatever else failed may be tried again.
   * @param {Error} [error]
   * @returns {never}
   */
  function unfit(error) {
    throw error && !/^(Syntax|Compile|Link|Eval)Error/.test(error.name)
      ? error
      : { problem: 'unsupported', message: words.text(OPENING.too_old) };
  }

  /** Ends the panel, not what is said about it. */
  function drop() {
    const former = handle;
    if (former) kept(state, former.state?.());
    handle = place = undefined;
    former?.unmount();
    former?.free();
  }

  /**
   * The panel of the operator whom the token names; the one there is, if it is theirs.
   * @param {() => boolean} current
   */
  async function bring(current) {
    const { token } = seat;
    refusal = '';
    if (!isFit()) {
      await words.known();
      unfit();
    }
    const answer = await askPanel(hub, token, words.language());
    if (!current()) return;
    const isTheirs = seat.met(answer.snapshot, true);
    const { name } = answer.snapshot.me.organization;
    part('b').textContent = name;
    if (handle && isTheirs) {
      given = token;
      handle.set_token(token);
    } else {
      drop();
      await show(answer, token, current);
    }
  }

  /**
   * Shows what the hub rendered, then brings it to life. A former panel stays until the next can take its place at once.
   * @param {import('./hub.js').PanelAnswer} answer
   * @param {string} token
   * @param {() => boolean} current
   */
  async function show({ html, snapshot, js, wasm, css, integrity, parts }, token, current) {
    const coming = bringPanel(hub + js, hub + wasm, integrity, (url) =>
      seat.bringModule(url, integrity?.js, seat.script.nonce),
    ).catch(unfit);
    coming.catch(() => {}); // Waited for below, unless the style sheet fails first.
    const sheet = await bringSheet(hub + css, integrity?.css);
    if (handle) await coming;
    if (!current()) return;
    drop();
    // A clean place with what the hub rendered; nothing is left of the panel before.
    const here = (place = document.createElement('div'));
    frame.setMarkup(here, html);
    keepEarly(here);
    // The panel's own way to what it needs later.
    const bringPart = async (/** @type {string} */ name) => {
      const { src, integrity } = /** @type {Record<string, any>} */ (parts)[name];
      return seat.bringModule(hub + src, integrity, seat.script.nonce);
    };
    Object.assign(here, { bringPart });
    root.adoptedStyleSheets = [...sheets, sheet];
    part('.panel').replaceChildren(here);
    part('.window').dataset.filled = '';
    given = token;
    seat.count(snapshot.snapshot.unread);
    frame.say();
    const mount = await coming.catch((error) => {
      // What is not brought to life here must not look as if it were.
      if (error.problem && place === here) {
        here.remove();
        delete part('.window').dataset.filled;
      }
      throw error;
    });
    if (place !== here) return;
    /** @param {string} name @param {any} detail */
    const hear = (name, detail) => {
      if (name === 'state') place === here && kept(state, detail);
      // Later, because what listens may well take down the panel that is speaking.
      else queueMicrotask(() => place === here && heard(name, detail));
    };
    // The hub does not know by which address it was reached.
    handle = mount(here, stringify({ ...snapshot, hub }), hear, kept(state) || undefined);
  }

  function openChat() {
    if (!handle || !seat.chat) return;
    handle.open_chat(seat.chat);
    seat.chat = 0;
  }

  /**
   * @param {string} name
   * @param {any} detail
   */
  function heard(name, detail) {
    // Who is there and until when, the first module knows sooner. What stood there before is there again by now.
    if (name === 'ready') return openChat();
    if (name === 'tokenexpiring') return;
    if (name === 'upgrade') return upgrade();
    if (name === 'language') {
      kept(seat.script.id + ':language', detail.language);
      words.speak();
      return upgrade();
    }
    if (name === 'unread') return seat.count(detail.count);
    // While a newer token is being tried, the end of the former one is no news.
    if (name === 'error' && /token_/.test(detail.code) && given === seat.token) seat.refuse(detail.code);
    seat.tell(name, detail);
  }

  /** The operator has asked for the hub's new build, or another language. Until it is here, and if it does not come, the former one stays. */
  async function upgrade() {
    const former = handle;
    const token = given;
    try {
      const answer = await askPanel(hub, token, words.language());
      await show(answer, token, () => !!former && former === handle);
    } catch (/** @type {any} */ { problem, message }) {
      heard('error', { code: problem ?? 'unavailable', detail: words.refusal(problem, message) });
    }
  }

  function sayRefused() {
    const sentence = words.text(refusal === 'token_expired' ? OPENING.expired : OPENING.not_accepted);
    // A panel that has this token says so itself.
    frame.say(handle && given === seat.token ? '' : sentence, seat.script);
    frame.warn(sentence);
  }

  function taken() {
    refusal = '';
    expiry.taken();
  }

  if (seat.life) taken();
  return {
    bring,
    openChat,
    taken,
    provided: expiry.provided,
    isUp: () => !!handle,
    speak: words.speak,
    refusal: words.refusal,

    /** @param {string} code */
    refused(code) {
      refusal = code;
      refused(seat.script.id, seat.token, code === 'token_expired');
      sayRefused();
      expiry.ask();
    },

    end() {
      expiry.end();
      drop();
    },
  };
}

/** Whether the browser has what the oldest of ours were the last to get. Without a word from it, it is tried. */
function isFit() {
  const supports = window.CSS?.supports?.('container-type', 'inline-size') !== false;
  return supports && !!document.adoptedStyleSheets && !!window.WebAssembly;
}
