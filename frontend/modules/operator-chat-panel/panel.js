// One panel of one script element: keeps an eye on how much waits in it, brings the panel itself once it is wanted,
// keeps it while tokens come and go, and says what is wrong in words. Who the operator is, the hub says; a token is
// never decoded here.

import { watchBadge } from './badge.js';
import { createFrame } from './frame.js';
import { bringModule } from './later.js';
import { kept } from './storage.js';
import { tidyToken } from './token.js';

/** The first wait before asking again, doubled each time up to the longest. */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** Connections in a row of which nothing was heard, after which they count as blocked here. */
const BLOCKED = 2;

/** The part of a token's life after which its end is worth a thought, and the longest life. */
const OLD = 0.9;
const LIFE_MS = 86_400_000;

// Where the rest of the loader is and what it hashes to: written in by the bundler.
const OPENED = OPENED_SRC;
const INTEGRITY = OPENED_INTEGRITY;

/** @typedef {{ problem?: string, message?: string }} Failure what the hub named has a `problem`; whatever else failed is out of reach */
/** @typedef {ReturnType<typeof createPanel>} Panel */
/** @typedef {ReturnType<typeof import('./opened/main.js').createOpened>} Opened */

/**
 * @param {string} hub its origin
 * @param {HTMLScriptElement} script
 * @param {() => void} release tells the watcher that the page destroyed it
 */
export function createPanel(hub, script, release) {
  const { id } = script;
  /** The token was refused, so only another one is worth a try. */
  let isRefused = true;
  /** The panel itself is wanted, not only how much waits in it. */
  let wanted = false;
  /** @type {number | undefined} the operator, who belongs to one organization */
  let who;
  let attempts = 0;
  let mute = 0;
  let timer = 0;
  let ageing = 0;
  let alive = true;
  /** Counts the times the hub was asked: only the last answer is heard. */
  let calls = 0;
  /** @type {import('./badge.js').Badge | undefined} */
  let badge;
  /** @type {Opened | undefined} */
  let opened;
  const frame = createFrame(id, want);
  const { element } = frame;
  /** What the opened panel works with, and what it finds when it comes. */
  const seat = /** @type {import('./opened/main.js').Seat} */ ({
    hub, script, frame, bringModule, setToken, met, count, tell, refuse,
  });

  /** Leaves nothing behind: no element, timer, listener or socket. */
  function unmount() {
    alive = false;
    clearTimeout(timer);
    clearTimeout(ageing);
    badge?.close();
    opened?.end();
    frame.remove();
  }

  /**
   * @param {unknown} given
   * @returns {boolean} whether it is worth a try
   */
  function setToken(given) {
    const next = tidyToken(given);
    if (!alive || (next === seat.token && !isRefused)) return false;
    seat.token = next;
    if (!opened?.isUp()) frame.say(frame.text(LAUNCHER.loading));
    connect();
    return true;
  }

  /** It is about to be seen. */
  function want() {
    if (wanted || !alive) return;
    wanted = true;
    if (isRefused) return;
    frame.say(frame.text(LAUNCHER.loading));
    connect();
  }

  /** Goes to the hub with the token of now. A later call takes over from one still under way. */
  async function connect() {
    clearTimeout(timer);
    isRefused = false;
    const mine = ++calls;
    const current = () => alive && mine === calls;
    try {
      if (!wanted) return watch();
      await bringOpened();
      if (!current()) return;
      await opened?.bring(current);
      if (!current() || isRefused) return;
      attempts = 0;
      frame.say();
    } catch (error) {
      if (current()) failed(/** @type {Failure} */ (error));
    }
  }

  async function bringOpened() {
    const { createOpened } = await bringModule(hub + OPENED, INTEGRITY, seat.script.nonce);
    if (alive) opened ??= createOpened(seat);
  }

  function unwatch() {
    badge?.close();
    badge = undefined;
  }

  /** Watches the badge, or goes on watching it with the token of now. */
  function watch() {
    if (badge?.renew(seat.token)) return;
    unwatch();
    badge = watchBadge(hub, seat.token, told, (spoke) => {
      badge = undefined;
      mute = spoke ? -Infinity : mute + 1;
      if (wanted || isRefused) return;
      // The panel itself has another way.
      if (mute >= BLOCKED) want();
      else retry();
    });
  }

  /** @param {import('./wire.js').Frame} said of the badge's connection */
  function told(said) {
    const { type, code } = said;
    if (type === 'welcome') {
      attempts = 0;
      met(said);
    }
    if (type === 'badge') count(said.unread);
    if (type === 'notice') tell('message', { chatId: said.chat_id, customer: said.customer, preview: said.preview });
    if (code) {
      unwatch();
      // Another operator's token is another connection.
      if (code === 'conflict') watch();
      else if (!wanted) failed({ problem: code, message: said.detail });
    }
  }

  /**
   * The hub has taken the token.
   * @param {import('./wire.js').Taken} by what it has told of it
   * @param {boolean} [up] the panel itself tells from here on what comes
   * @returns whether the operator is still the same
   */
  function met({ me, expires_at }, up) {
    const same = me.operator.id === who;
    who = me.operator.id;
    if (up) unwatch();
    frame.warn();
    seat.until = expires_at;
    seat.life = Math.min(expires_at - Date.now(), LIFE_MS);
    clearTimeout(ageing);
    if (opened) opened.taken();
    else if (seat.life > 0) ageing = setTimeout(() => bringOpened().catch(failed), seat.life * OLD);
    if (!same) {
      frame.name(me.organization.name);
      tell('ready', me);
    }
    return same;
  }

  /** @param {number} now */
  function count(now) {
    if (frame.count(now)) tell('unread', { count: now });
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  function tell(name, detail) {
    element.dispatchEvent(new CustomEvent('chathub:' + name, { detail, bubbles: true }));
  }

  /** @param {Failure} error */
  function failed({ problem = '', message }) {
    if (!alive) return;
    const detail = problem ? opened?.refusal(problem, message) ?? message : frame.text(LAUNCHER.unreachable);
    tell('error', { code: problem || 'unavailable', detail });
    if (/token_/.test(problem)) return refuse(problem);
    if (problem === 'unsupported') return frame.say(detail, seat.script);
    frame.say(detail, seat.script, connect);
    retry();
  }

  function retry() {
    clearTimeout(timer);
    // Between half and all of it, so that many panels don't come back at one moment.
    timer = setTimeout(connect, Math.min(RETRY_MS * 2 ** attempts++, RETRY_MAX_MS) * (0.5 + Math.random() / 2));
  }

  /**
   * Only another token is worth a try.
   * @param {string} code
   */
  function refuse(code) {
    const { token } = seat;
    isRefused = true;
    bringOpened().then(() => isRefused && token === seat.token && opened?.refused(code), failed);
  }

  /**
   * Goes on under another script element, which is how pages refresh a token, or under other attributes of its own.
   * @param {HTMLScriptElement} next
   */
  function follow(next) {
    seat.script = next;
    frame.dress(next);
    frame.attach();
    // Other words than the English ones come with the rest.
    if (opened) opened.speak();
    else if (isForeign(next)) bringOpened().catch(() => {});
    setToken(next.getAttribute('token'));
  }

  Object.assign(element, {
    open: () => frame.show(true, true),
    close: () => frame.show(false),
    toggle: frame.toggle,
    /** @param {any} id */
    openChat(id) {
      if (!(Number.isSafeInteger((id = +id)) && id > 0)) return;
      seat.chat = id;
      frame.show(true, true);
      opened?.openChat();
    },
    setToken,
    /** @param {any} provide */
    setTokenProvider(provide) {
      seat.provide = typeof provide === 'function' ? provide : undefined;
      opened?.provided();
    },
    destroy() {
      if (!alive) return;
      unmount();
      kept(id, '');
      kept(id + ':state', '');
      release();
    },
  });
  follow(script);

  return {
    element,
    /** Puts the element back where the page has thrown it out. */
    attach: frame.attach,
    unmount,
    follow,
  };
}

/** Whether the page around it, or else the browser, speaks another language than English. @param {HTMLElement} script */
function isForeign(script) {
  const page = /** @type {HTMLElement | null} */ (script.closest('[lang]'));
  return !/^en\b/i.test(script.dataset.language || page?.lang || navigator.language);
}
