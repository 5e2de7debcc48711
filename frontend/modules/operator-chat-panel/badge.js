// The one connection of a panel that nobody has opened yet: it tells how much waits to be read, and whether the token
// is still good. Heartbeats answer the hub's, because browsers hold back the timers of hidden pages, but not sockets.

/** @typedef {ReturnType<typeof watchBadge>} Badge */

/** Silence after which the connection counts as lost: two heartbeats of the hub and a slow network. */
const SILENCE_MS = 60_000;

/**
 * @param {string} hub
 * @param {string} token
 * @param {(frame: any) => void} hear
 * @param {(spoke: boolean) => void} lost whether anything was heard before
 */
export function watchBadge(hub, token, hear, lost) {
  let spoke = false;
  /** The hub has judged the last token. */
  let judged = false;
  let timer = 0;
  const socket = new WebSocket(hub.replace('http', 'ws') + '/api/stream');
  /** @param {object} frame */
  const say = (frame) => socket.send(JSON.stringify(frame));

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(end, SILENCE_MS);
  }

  function close() {
    clearTimeout(timer);
    socket.onmessage = socket.onclose = null;
    // Browsers complain of a connection that is closed before it is open.
    socket.onopen = () => socket.close();
    if (socket.readyState) socket.close();
  }

  function end() {
    close();
    lost(spoke);
  }

  socket.onopen = () => say({ type: 'hello', token, watch: 'badge' });
  socket.onclose = end;
  socket.onmessage = ({ data }) => {
    spoke = true;
    wait();
    const frame = JSON.parse(data);
    if (frame.type === 'welcome') judged = true;
    if (frame.type === 'heartbeat') say({ type: 'heartbeat' });
    else hear(frame);
  };
  wait();
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
