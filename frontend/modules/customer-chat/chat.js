/**
 * The driver: keeps session, storage and connection in step. It decides *when* things are sent, stored and
 * announced; what they mean is the session's, and how they look the view's business.
 *
 * The order that makes even a first message safe: visitor token stored → message stored → message sent.
 */

import { createConnection } from './connection.js';
import { PAUSE_MS, SETTLE_MS, TYPING_EVERY_MS, TYPING_FADES_MS } from './limits.js';
import { createPace } from './pace.js';
import { apply, cursor, initial, lastAnswer } from './session.js';
import { openStorage } from './storage.js';
import { uuid } from './uuid.js';

/** Refusals of a visitor token; a new visitor may be welcome. */
const TOKEN_CODES = ['token_invalid', 'token_expired', 'wrong_token_kind'];

/**
 * @param {object} given
 * @param {string} given.hub
 * @param {string} given.organization
 * @param {{name: string, phone: string}} given.customer what the page knows of its visitor; empty where it does not
 * @param {() => void} given.onChange
 */
export function createChat({ hub, organization, customer, onChange }) {
  const storage = openStorage(hub, organization);
  let state = initial(storage.outbox(), storage.name());
  /** @type {string | undefined} the visitor this connection speaks for */
  let visitor;
  let renewed = false;
  let sentence = '';
  let looking = false;
  let seenTold = 0;
  let typed = 0;
  const pace = createPace();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fading;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pausing;
  const ending = new AbortController();

  const connection = createConnection({
    url: hub.replace(/^http/, 'ws') + '/api/stream',
    hello() {
      visitor = storage.visitor();
      const at = visitor && cursor(state);
      return { type: 'hello', organization: Number(organization), visitor, customer, cursor: at };
    },
    onFrame,
    onLink(link) {
      if (link !== 'live') dispatch({ type: 'lost' });
      onChange();
    },
    onTick: flush,
  });

  /** @param {any} action */
  function dispatch(action) {
    const before = state;
    state = apply(state, action);
    if (state === before) return;
    for (const unsent of before.outbox) {
      const now = state.outbox.find(({ client_id }) => client_id === unsent.client_id);
      if (!now) storage.dropUnsent(unsent.client_id);
      else if (now !== unsent) storage.keepUnsent(now);
    }
    if (state.gap && !before.gap) connection.again();
    see();
    onChange();
  }

  /** @param {any} frame */
  function onFrame(frame) {
    switch (frame.type) {
      case 'welcome':
        welcome(frame);
        break;
      case 'bye':
        bye(frame);
        return;
      case 'reset':
        seenTold = frame.snapshot.read_by_me;
        break;
      case 'reject':
        if (frame.code === 'too_many_requests' && frame.client_id) {
          pace.refused(state.outbox, frame.client_id, Date.now());
          clearTimeout(pausing);
          pausing = setTimeout(flush, PAUSE_MS);
        }
        break;
      case 'typing':
        clearTimeout(fading);
        fading = setTimeout(dispatch, TYPING_FADES_MS, { type: 'faded' });
        break;
    }
    dispatch(frame);
  }

  /** @param {{visitor: string, organization: {name: string}}} frame */
  function welcome(frame) {
    storage.keepName(frame.organization.name);
    if (visitor) {
      storage.keepVisitor(frame.visitor);
      ready();
      return;
    }
    // A new visitor. Another tab may have become one in the same moment: the one that was stored last is it.
    if (!storage.visitor()) storage.keepVisitor(frame.visitor);
    setTimeout(() => {
      if (ending.signal.aborted || connection.link() === 'stopped') return;
      if (storage.visitor() !== frame.visitor) {
        dispatch({ type: 'forget' });
        connection.again();
      } else if (!visitor) {
        visitor = frame.visitor;
        ready();
      }
    }, SETTLE_MS);
  }

  function ready() {
    pace.anew();
    seenTold = 0;
    connection.live();
    flush();
    see();
  }

  /** @param {{code: string, detail: string, reconnect: boolean}} frame */
  function bye({ code, detail, reconnect }) {
    if (visitor && !renewed && TOKEN_CODES.includes(code)) {
      renewed = true;
      storage.dropVisitor(visitor);
      dispatch({ type: 'forget' });
      connection.again();
    } else if (reconnect) {
      connection.lost();
    } else {
      sentence = detail;
      connection.stop();
    }
  }

  /** Sends what waits, and again what has waited for its ack too long. */
  function flush() {
    if (connection.link() !== 'live') return;
    for (const { client_id, text } of pace.due(state.outbox, Date.now())) {
      connection.send({ type: 'post', client_id, text });
    }
  }

  /** What is shown to somebody who looks has been read. */
  function see() {
    if (looking) dispatch({ type: 'seen', seq: lastAnswer(state) });
    if (connection.link() === 'live' && state.seq !== null && state.readByMe > seenTold) {
      seenTold = state.readByMe;
      storage.keepSeen({ epoch: state.epoch, seq: seenTold });
      connection.send({ type: 'read', seq: seenTold });
    }
  }

  const until = { signal: ending.signal };
  addEventListener('online', () => connection.wake(true), until);
  addEventListener('pageshow', () => connection.wake(), until);
  addEventListener('pagehide', () => connection.sleep(), until);
  document.addEventListener('visibilitychange', () => document.hidden || connection.wake(), until);
  addEventListener(
    'storage',
    (event) => {
      const told = storage.told(event);
      if (!told) return;
      if ('settled' in told) dispatch({ type: 'discard', client_id: told.settled });
      else if ('seen' in told) told.seen.epoch === state.epoch && dispatch({ type: 'seen', seq: told.seen.seq });
      else if (!state.messages.some(({ client_id }) => client_id === told.unsent.client_id)) {
        // The other tab sends it; this one does when that takes too long.
        pace.sent(told.unsent.client_id, Date.now());
        dispatch({ type: 'compose', unsent: told.unsent });
      }
    },
    until,
  );

  return {
    storage,
    state: () => state,
    link: connection.link,
    /** Why there is no connection, when the hub said so. */
    sentence: () => sentence,
    /** Connects a visitor that is known or has something to say. */
    resume: () => (storage.visitor() || state.outbox.length) && connection.start(),
    start: connection.start,
    restart: connection.restart,
    /** @param {string} text */
    post(text) {
      // Never two at once: after a reload they are sent in the order of their times.
      const at = Math.max(Date.now(), (state.outbox.at(-1)?.at ?? 0) + 1);
      const unsent = { client_id: uuid(), text, at };
      storage.keepUnsent(unsent);
      // What is typed next is the next message.
      typed = 0;
      dispatch({ type: 'compose', unsent });
      connection.start();
      flush();
    },
    /** @param {string} client_id */
    retry(client_id) {
      pace.again(client_id);
      dispatch({ type: 'retry', client_id });
      flush();
    },
    /** @param {string} client_id */
    discard: (client_id) => dispatch({ type: 'discard', client_id }),
    typing() {
      const now = Date.now();
      if (connection.link() !== 'live' || state.status === null || now - typed < TYPING_EVERY_MS) return;
      typed = now;
      connection.send({ type: 'typing' });
    },
    earlier() {
      if (connection.link() !== 'live' || state.loading) return;
      connection.send({ type: 'history', before: state.messages[0]?.seq });
      dispatch({ type: 'earlier' });
    },
    /** Whether somebody has the newest messages before their eyes. @param {boolean} now */
    look(now) {
      looking = now;
      see();
    },
    end() {
      ending.abort();
      clearTimeout(fading);
      clearTimeout(pausing);
      connection.stop();
    },
  };
}
