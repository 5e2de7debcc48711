// The one connection of a panel that nobody has opened yet: it tells how much waits to be read, and whether the token
// is still good. Heartbeats answer the hub's, because browsers hold back the timers of hidden pages, but not sockets.

import { parse, stringify } from '../json.js';

/** @typedef {ReturnType<typeof watchBadge>} Badge */
/** @typedef {import('./wire.js').Frame} Frame */

/** Silence after which the connection counts as lost: two heartbeats of the hub and a slow network. */
const SILENCE_MS = 60_000;

/**
 * @param {string} hub
 * @param {string} token
 * @param {(frame: Frame) => void} hear
 * @param {(spoke: boolean) => void} lost whether anything was heard before
 */
export function watchBadge(hub, token, hear, lost) {
  let spoke = false;
  /** The hub has judged the last token. */
  let judged = false;
  let timer = 0;
  /** Nothing where the page's policy or the browser has none for us. */
  let socket = /** @type {WebSocket} */ ({});
  /** @param {object} frame */
  const say = (frame) => socket.send(stringify(frame));

  function wait(ms = SILENCE_MS) {
    clearTimeout(timer);
    timer = setTimeout(end, ms);
  }

  function close() {
    clearTimeout(timer);
    socket.onmessage = socket.onerror = socket.onclose = null;
    // Browsers complain of a connection that is closed before it is open.
    socket.onopen = () => socket.close();
    if (socket.readyState) socket.close();
  }

  function end() {
    close();
    lost(spoke);
  }

  wait();
  try {
    socket = new WebSocket(hub.replace('http', 'ws') + '/api/stream');
    socket.onopen = () => say({ type: 'hello', token, watch: 'badge' });
    // One that the page's policy forbids has an error and no end, or can't even be made.
    socket.onclose = socket.onerror = end;
    socket.onmessage = ({ data }) => {
      spoke = true;
      wait();
      /** @type {Frame | { type: 'heartbeat' }} */
      const frame = parse(data);
      if (frame.type === 'welcome') judged = true;
      if (frame.type === 'heartbeat') say({ type: 'heartbeat' });
      else hear(frame);
    };
  } catch {
    wait(0);
  }
  return {
    close,
    /**
     * @param {string} token a fresh one, in place; answered by another welcome or a refusal
     * @returns whether it was said: not before the last one is judged, because a refusal does not tell of which it is
     */
    renew(token) {
      if (!judged) return;
      judged = false;
      say({ type: 'token', token });
      return true;
    },
  };
}
