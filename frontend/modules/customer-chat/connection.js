/**
 * One WebSocket that is there as long as it is wanted: heartbeats, silence, backing off, waking up.
 * It knows nothing of what the frames mean, but that the last one (`bye`) may forbid coming back.
 */

import { HEARTBEAT_MS, RETRY_FIRST_MS, RETRY_MOST_MS, SILENCE_MS, TICK_MS, WELCOME_MS } from './limits.js';

/** @typedef {'idle' | 'connecting' | 'live' | 'offline' | 'stopped'} Link */

/**
 * @param {object} given
 * @param {string} given.url
 * @param {() => object} given.hello the first frame, made anew for each connection
 * @param {(frame: any) => void} given.onFrame
 * @param {(link: Link) => void} given.onLink
 * @param {() => void} given.onTick every few seconds of a living connection
 */
export function createConnection({ url, hello, onFrame, onLink, onTick }) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {Link} */
  let link = 'idle';
  let attempts = 0;
  let heard = 0;
  let said = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;

  /** @param {Link} next */
  function become(next) {
    if (link === next) return;
    link = next;
    onLink(link);
  }

  function drop() {
    clearTimeout(retry);
    clearInterval(ticking);
    const former = socket;
    socket = null;
    former?.close();
  }

  function open() {
    drop();
    if (link !== 'offline') become('connecting');
    /** @type {WebSocket} */
    let mine;
    try {
      mine = new WebSocket(url);
    } catch {
      lost();
      return;
    }
    socket = mine;
    heard = Date.now();
    ticking = setInterval(tick, TICK_MS);
    mine.onopen = () => mine === socket && send(hello());
    mine.onclose = () => mine === socket && lost();
    mine.onmessage = ({ data }) => {
      if (mine !== socket) return;
      heard = Date.now();
      const frame = decode(data);
      // Answered, because a hidden page's timers may sleep longer than the server is patient.
      if (frame.type === 'heartbeat' && heard - said > HEARTBEAT_MS / 2) send({ type: 'heartbeat' });
      onFrame(frame);
    };
  }

  /** Tries again later, the later the more often it failed; never in step with all the others. */
  function lost() {
    drop();
    become('offline');
    attempts += 1;
    const most = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** attempts);
    retry = setTimeout(open, RETRY_FIRST_MS + Math.random() * (most - RETRY_FIRST_MS));
  }

  function tick() {
    const now = Date.now();
    if (now - heard > (link === 'live' ? SILENCE_MS : WELCOME_MS)) {
      lost();
    } else if (link === 'live') {
      attempts = 0;
      if (now - said > HEARTBEAT_MS - TICK_MS) send({ type: 'heartbeat' });
      onTick();
    }
  }

  /** @param {object} frame */
  function send(frame) {
    if (socket?.readyState !== WebSocket.OPEN) return;
    said = Date.now();
    socket.send(JSON.stringify(frame));
  }

  return {
    link: () => link,
    send,
    /** Connects, unless it is or was told not to come back. */
    start: () => link === 'idle' && open(),
    /** The hub has said welcome and frames may be sent. */
    live: () => become('live'),
    /** Connects anew at once; but with a pause when that has just been tried. */
    again: () => (attempts++ ? lost() : open()),
    lost,
    /** Ends it for good. */
    stop() {
      drop();
      become('stopped');
    },
    /** After `stop`, on a person's wish. */
    restart() {
      attempts = 0;
      open();
    },
    /** The page is being put away: it may come back from the browser's cache with `wake`. */
    sleep() {
      if (link === 'idle' || link === 'stopped') return;
      drop();
      become('offline');
    },
    /** The network or the person is back: no more waiting. @param {boolean} [anew] the old socket is not trusted */
    wake(anew = false) {
      if (link === 'offline' || (link === 'live' && (anew || Date.now() - heard > 2 * HEARTBEAT_MS))) open();
    },
  };
}

/** @param {unknown} data @returns {any} */
function decode(data) {
  try {
    const frame = JSON.parse(String(data));
    return typeof frame === 'object' && frame ? frame : {};
  } catch {
    return {};
  }
}
