// One panel of one script element: asks the hub for it, shows it, keeps it while tokens come and go, and says what is
// wrong in words. Who the operator is, the hub says; a token is never decoded here.

import { createFrame } from './frame.js';
import { askPanel, bringPanel, bringSheet } from './hub.js';
import { refused } from './refusals.js';
import { tidyToken } from './token.js';

/** The first wait before asking again, doubled each time up to the longest. */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** @typedef {ReturnType<typeof createPanel>} Panel */

/**
 * @param {string} hub its origin
 * @param {HTMLScriptElement} script
 * @param {() => void} release tells the watcher that the page destroyed it
 */
export function createPanel(hub, script, release) {
  let token = tidyToken(script.getAttribute('token'));
  /** The token was refused, so only another one is worth a try. */
  let isRefused = false;
  /** The token that the handle has. */
  let given = '';
  let who = '';
  let attempts = 0;
  let timer = 0;
  let alive = true;
  /** Counts the times the hub was asked: only the last answer is heard. */
  let calls = 0;
  const frame = createFrame(script.id);
  const { element } = frame;
  /** @type {Element | undefined} where the panel is; events from another place are a former panel's last words */
  let container;
  /** @type {import('./hub.js').PanelHandle | undefined} */
  let handle;
  /** @type {any} a chat asked for before there was a panel to open it in */
  let chat;

  /** Ends the panel, not what is said about it. */
  function drop() {
    const former = handle;
    handle = container = undefined;
    former?.unmount();
    former?.free();
  }

  /** Leaves nothing behind: no element, timer, listener or socket. */
  function unmount() {
    alive = false;
    clearTimeout(timer);
    drop();
    frame.remove();
  }

  /** @param {string | null} text */
  function setToken(text) {
    const next = tidyToken(text);
    if (!alive || (next === token && !isRefused)) return;
    token = next;
    connect();
  }

  /** Asks the hub with the token of now. A later call takes over from one still under way. */
  async function connect() {
    clearTimeout(timer);
    isRefused = false;
    const mine = ++calls;
    const current = () => alive && mine === calls;
    try {
      const asked = token;
      const answer = await askPanel(hub, asked);
      if (!current()) return;
      const { me } = answer.snapshot;
      const named = me.organization.id + '/' + me.operator.id;
      given = asked;
      if (handle && named === who) handle.set_token(asked);
      else {
        drop();
        who = named;
        frame.name(me.organization.name);
        await show(answer, current);
      }
      if (!current() || isRefused) return;
      attempts = 0;
      frame.say();
    } catch (error) {
      if (current()) failed(error);
    }
  }

  /**
   * Shows what the hub rendered, then brings it to life.
   * @param {import('./hub.js').PanelAnswer} answer
   * @param {() => boolean} current
   */
  async function show({ html, snapshot, js, wasm, css }, current) {
    const coming = bringPanel(hub + js, hub + wasm);
    coming.catch(() => {}); // Waited for below, unless the style sheet fails first.
    const sheet = await bringSheet(hub + css);
    if (!current()) return;
    const place = (container = frame.fill(html, sheet));
    frame.say();
    const mount = await coming;
    if (!current()) return;
    // The hub does not know by which address it was reached.
    handle = mount(place, JSON.stringify({ ...snapshot, hub }), (name, detail) =>
      // Later, because what listens may well take down the panel that is speaking.
      queueMicrotask(() => place === container && heard(name, detail)),
    );
    if (chat !== undefined) handle.open_chat(chat);
    chat = undefined;
  }

  /**
   * What the panel tells goes on to the page.
   * @param {string} name
   * @param {any} detail
   */
  function heard(name, detail) {
    if (name === 'unread') frame.count(detail.count);
    // While a newer token is being tried, the end of the former one is no news.
    if (name === 'error' && isTokenProblem(detail.code) && given === token) refuse(detail.code);
    tell(name, detail);
  }

  /**
   * @param {string} name
   * @param {any} detail
   */
  function tell(name, detail) {
    element.dispatchEvent(new CustomEvent('chathub:' + name, { detail, bubbles: true, composed: true }));
  }

  /** @param {any} error what the hub named has a `problem`; whatever else failed is out of reach */
  function failed({ problem, message }) {
    const text = problem ? message : "The chats can't be reached. Trying again.";
    const code = problem || 'unavailable';
    tell('error', { code, detail: text });
    if (isTokenProblem(code)) return refuse(code);
    frame.say(text, script, connect);
    // Between half and all of it, so that many panels don't come back at one moment.
    timer = setTimeout(connect, Math.min(RETRY_MS * 2 ** attempts++, RETRY_MAX_MS) * (0.5 + Math.random() / 2));
  }

  /** @param {string} code */
  function refuse(code) {
    const expired = code === 'token_expired';
    isRefused = true;
    refused(script.id, token, expired);
    const what = expired ? 'has expired' : 'was not accepted';
    frame.say(`The sign-in to the chats ${what}. Reload this page, or tell those who run it.`, script);
  }

  Object.assign(element, {
    open: () => frame.show(true, true),
    close: () => frame.show(false),
    toggle: frame.toggle,
    /** @param {any} id */
    openChat(id) {
      frame.show(true, true);
      if (handle) handle.open_chat(id);
      else chat = id;
    },
    setToken,
    destroy() {
      if (!alive) return;
      unmount();
      release();
    },
  });
  frame.say('Loading the chats');
  frame.attach();
  connect();

  return {
    element,
    /** Puts the element back where the page has thrown it out. */
    attach: frame.attach,
    setToken,
    unmount,
    /**
     * Goes on under another script element, which is how pages refresh a token.
     * @param {HTMLScriptElement} next
     */
    follow(next) {
      script = next;
      setToken(next.getAttribute('token'));
    },
  };
}

/** @param {string} code */
const isTokenProblem = (code) => /token_/.test(code);
