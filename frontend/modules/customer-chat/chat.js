/**
 * The driver: keeps session, storage and connection in step. It decides *when* things are sent, stored and
 * announced; what they mean is the session's, and how they look the view's business.
 *
 * The order that makes even a first message safe: visitor token stored → message stored → message sent.
 */

import { wellFormed } from '../json.js';
import { now } from './clock.js';
import { createConnection } from './connection.js';
import { BLOCKED_MS, SETTLE_MS, TYPING_EVERY_MS, TYPING_FADES_MS } from './limits.js';
import { createPace } from './pace.js';
import { apply, cursor, initial, isFinal, lastAnswer } from './session.js';
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
 * @param {() => void} given.onOther somebody else is here now: this chat has ended
 */
export function createChat({ hub, organization, customer, onChange, onOther }) {
  const storage = openStorage(hub, organization);
  storage.meet(customer);
  let state = initial(storage.outbox(), storage.name());
  /** @type {string | undefined} the visitor this connection speaks for */
  let visitor;
  let reason = '';
  let looking = false;
  let seenTold = 0;
  let typed = 0;
  const pace = createPace();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fading;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pausing;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  const ending = new AbortController();

  const connection = createConnection({
    url: hub.replace(/^http/, 'ws') + '/api/stream',
    hello() {
      keep();
      const known = storage.visitor() || undefined;
      if (known !== visitor) {
        visitor = known;
        dispatch({ type: 'forget' });
      }
      return { type: 'hello', organization: Number(organization), visitor, customer, cursor: cursor(state) };
    },
    waits: () => !!(state.loading || pace.unanswered(state.outbox)),
    onFrame,
    onLink: onChange,
    onDown() {
      clearTimeout(settling);
      dispatch({ type: 'lost' });
    },
    onTick() {
      keep();
      flush();
    },
  });

  /** What is in memory wins over a storage that was cleared. */
  function keep() {
    if (storage.visitor() !== undefined) return;
    if (visitor) storage.keepVisitor(visitor);
    storage.keepPerson();
    state.outbox.forEach(storage.keepUnsent);
  }

  /** @param {import('./session.js').Action} action */
  function dispatch(action) {
    const before = state;
    state = apply(state, action);
    if (state === before) return;
    let stuck = false;
    for (const unsent of before.outbox) {
      const now = state.outbox.find(({ client_id }) => client_id === unsent.client_id);
      if (!now) {
        storage.dropUnsent(unsent.client_id);
        // Another connection was quicker, and this one would wait for it.
        stuck ||= pace.isAwaited(unsent.client_id);
      } else if (now !== unsent) storage.keepUnsent(now);
    }
    if (before.epoch !== null && state.epoch === null) storage.dropSeen();
    if (stuck || (state.gap && !before.gap)) connection.again();
    see();
    onChange();
  }

  /** @param {import('./wire.js').Frame} frame */
  function onFrame(frame) {
    switch (frame.type) {
      case 'bye':
        bye(frame);
        return;
      case 'reject':
        refused(frame);
        return;
      case 'reset':
        seenTold = frame.snapshot.read_by_me;
        break;
      case 'ack':
        pace.taken(frame.client_id);
        break;
      case 'typing':
        clearTimeout(fading);
        fading = setTimeout(() => dispatch({ type: 'faded' }), TYPING_FADES_MS);
        break;
    }
    dispatch(frame);
    if (frame.type === 'welcome') welcome(frame);
  }

  /** @param {import('./wire.js').Welcome} frame */
  function welcome(frame) {
    storage.keepName(frame.organization.name);
    keep();
    if (visitor) {
      storage.keepVisitor((visitor = frame.visitor));
      ready();
      return;
    }
    // A new visitor. Another tab may have become one in the same moment: the one that was stored last is it.
    if (!storage.visitor()) storage.keepVisitor(frame.visitor);
    settling = setTimeout(() => {
      if ((storage.visitor() || frame.visitor) !== frame.visitor) {
        connection.again();
      } else {
        visitor = frame.visitor;
        keep();
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

  /** @param {import('./wire.js').Bye} frame */
  function bye({ code, detail, reconnect }) {
    if (visitor && TOKEN_CODES.includes(code)) {
      storage.dropVisitor(visitor);
      connection.again();
    } else if (reconnect) {
      connection.lost();
    } else {
      halt(code, detail);
    }
  }

  /** @param {import('./wire.js').Reject} frame */
  function refused(frame) {
    // What can't even be read is named by its place: answers come in the order of what was sent.
    const client_id = frame.client_id ?? (frame.code === 'malformed' ? pace.unanswered(state.outbox) : undefined);
    if (frame.code === 'blocked') {
      halt(frame.code, frame.detail);
    } else if (client_id && !isFinal(frame.code)) {
      // One that is safe by now would be waited for.
      if (!state.outbox.some((unsent) => unsent.client_id === client_id)) return connection.again();
      clearTimeout(pausing);
      pausing = setTimeout(flush, pace.refused(state.outbox, client_id, now()));
      onChange();
    } else {
      if (!client_id) seenTold = 0;
      dispatch({ ...frame, client_id });
    }
  }

  /** There is no way in. What to do about it is for whoever made the page. @param {string} code @param {string} detail */
  function halt(code, detail) {
    reason = code;
    console.info(`ChatHub: ${detail}`);
    connection.stop(code === 'blocked' ? BLOCKED_MS : undefined);
  }

  /** Sends what waits, and again what has waited for its ack too long. */
  function flush() {
    if (connection.link() !== 'live') return;
    for (const { client_id, text } of pace.due(state.outbox, now())) {
      connection.ask({ type: 'post', client_id, text });
    }
  }

  /** What is shown to somebody who looks has been read; in a window behind another, nobody does. */
  function see() {
    if (looking && document.hasFocus()) dispatch({ type: 'seen', seq: lastAnswer(state) });
    if (connection.link() === 'live' && state.seq !== null && state.readByMe > seenTold) {
      seenTold = state.readByMe;
      storage.keepSeen({ epoch: state.epoch, seq: seenTold });
      connection.send({ type: 'read', seq: seenTold });
    }
  }

  /** Another tab has stored whom it speaks for. @param {'fresh' | 'other'} who */
  function agree(who) {
    if (!visitor || storage.visitor() === visitor) return;
    // It found a storage that was cleared. It gives way, because this tab has a conversation.
    if (who === 'fresh') storage.keepVisitor(visitor);
    else if (storage.visitor() && connection.link() === 'live') connection.again();
  }

  function end() {
    ending.abort();
    clearTimeout(fading);
    clearTimeout(pausing);
    connection.stop();
  }

  /** Somebody else may have come to the browser, by what another page says. */
  function leaveToOther() {
    if (!storage.isOther()) return false;
    end();
    onOther();
    return true;
  }

  /** @param {string} client_id */
  const discard = (client_id) => dispatch({ type: 'discard', client_id });

  const until = { signal: ending.signal };
  addEventListener('online', () => connection.wake(true), until);
  addEventListener('offline', connection.suspect, until);
  addEventListener('pageshow', () => leaveToOther() || connection.wake(), until);
  addEventListener('focus', see, until);
  addEventListener(
    'pagehide',
    () => {
      keep();
      connection.sleep();
    },
    until,
  );
  document.addEventListener('visibilitychange', () => document.hidden || connection.wake(), until);
  addEventListener(
    'storage',
    (event) => {
      const told = storage.told(event);
      if (!told) return;
      if ('cleared' in told) keep();
      else if ('person' in told) leaveToOther();
      else if ('visitor' in told) agree(told.visitor);
      else if ('seen' in told) told.seen.epoch === state.epoch && dispatch({ type: 'seen', seq: told.seen.seq });
      else if ('gone' in told) {
        // Given up there. One that is safe, its event or its next ack tells; it may also have been cleared.
        if (state.outbox.some(({ client_id, failed }) => client_id === told.gone && failed)) discard(told.gone);
      } else if (!state.messages.some(({ client_id }) => client_id === told.unsent.client_id)) {
        // The other tab sends it; this one does when that takes too long.
        pace.elsewhere(told.unsent.client_id, now());
        dispatch({ type: 'compose', unsent: told.unsent });
      }
    },
    until,
  );

  return {
    storage,
    state: () => state,
    link: connection.link,
    /** Why nothing is sent now, if so. @returns {import('./words.js').Pause} */
    pause: () => (connection.link() === 'stopped' ? 'stopped' : pace.isHeld() ? 'held' : ''),
    /** The code that says why there is no connection, when the hub said so. */
    reason: () => reason,
    /** Connects a visitor that is known or has something to say. */
    resume: () => (storage.visitor() || state.outbox.length) && connection.start(),
    start: connection.start,
    /** The browser lacks what a chat needs, which no waiting mends. */
    unfit: () => halt('unsupported', 'this browser is too old'),
    restart: connection.restart,
    /** @param {string} text */
    post(text) {
      // Never two at once: after a reload they are sent in the order of their times.
      const at = Math.max(Date.now(), (state.outbox.at(-1)?.at ?? 0) + 1);
      const unsent = { client_id: uuid(), text: wellFormed(text), at };
      keep();
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
    discard,
    typing() {
      const at = now();
      if (connection.link() !== 'live' || state.status === null || at - typed < TYPING_EVERY_MS) return;
      typed = at;
      connection.send({ type: 'typing' });
    },
    earlier() {
      if (connection.link() !== 'live' || state.loading) return;
      dispatch({ type: 'earlier' });
      connection.ask({ type: 'history', before: state.messages[0]?.seq });
    },
    /** Whether somebody has the newest messages before their eyes. @param {boolean} now */
    look(now) {
      looking = now;
      see();
    },
    /** Whoever was here leaves, and nothing of them stays. */
    leave() {
      end();
      storage.leave();
    },
    end,
  };
}
