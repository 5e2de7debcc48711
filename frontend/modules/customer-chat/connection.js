/**
 * One WebSocket that is there as long as it is wanted: heartbeats, silence, doubts, backing off, waking up.
 * It knows little of what the frames mean: an answer shows that the link works, and the last one (`bye`) may forbid
 * coming back.
 */

import { parse, stringify } from '../json.js';
import { backOff, now } from './clock.js';
import {
  HEARTBEAT_MS,
  PROBE_MS,
  PROVEN_MS,
  RETRY_FIRST_MS,
  RETRY_MOST_MS,
  SILENCE_MS,
  TICK_MS,
  WELCOME_MS,
} from './limits.js';

/** @typedef {import('./wire.js').Frame} Frame */
/** @typedef {import('./wire.js').Said} Said */
/** @typedef {'idle' | 'connecting' | 'live' | 'offline' | 'stopped'} Link */

/**
 * @param {object} given
 * @param {string} given.url
 * @param {() => Said} given.hello the first frame, made anew for each connection
 * @param {() => boolean} given.waits whether something that was asked has no answer yet
 * @param {(frame: Frame) => void} given.onFrame
 * @param {(link: Link) => void} given.onLink
 * @param {() => void} given.onDown a socket is gone, with all that was on it
 * @param {() => void} given.onTick every few seconds of a living connection
 */
export function createConnection({ url, hello, waits, onFrame, onLink, onDown, onTick }) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {Link} */
  let link = 'idle';
  /** Attempts since a connection has last proved itself. */
  let attempts = 0;
  let heard = 0;
  let said = 0;
  let welcomed = 0;
  let probed = 0;
  let patience = PROBE_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let doubting;

  /** @param {Link} next */
  function become(next) {
    if (link === next) return;
    link = next;
    onLink(link);
  }

  function drop() {
    clearTimeout(retry);
    clearTimeout(doubting);
    clearInterval(ticking);
    doubting = undefined;
    const former = socket;
    socket = null;
    if (!former) return;
    former.close();
    onDown();
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
    heard = now();
    ticking = setInterval(tick, TICK_MS);
    mine.onopen = () => mine === socket && send(hello());
    // One that the page's policy forbids has an error and no end.
    mine.onclose = mine.onerror = () => mine === socket && lost();
    mine.onmessage = ({ data }) => {
      if (mine !== socket) return;
      heard = now();
      const frame = decode(data);
      if (link === 'live' && (frame.type === 'ack' || frame.type === 'heartbeat')) attempts = 0;
      if (frame.type === 'ack') patience = PROBE_MS;
      // Answered, because a hidden page's timers may sleep longer than the server is patient.
      if (frame.type === 'heartbeat' && heard - said > HEARTBEAT_MS / 2) send({ type: 'heartbeat' });
      onFrame(frame);
    };
  }

  /** Tries again later. */
  function lost() {
    drop();
    become('offline');
    attempts += 1;
    retry = setTimeout(open, backOff(attempts, RETRY_FIRST_MS, RETRY_MOST_MS));
  }

  function tick() {
    const at = now();
    if (at - heard > (link === 'live' ? SILENCE_MS : WELCOME_MS)) {
      lost();
    } else if (link === 'live') {
      if (at - welcomed >= PROVEN_MS) attempts = 0;
      if (at - said > HEARTBEAT_MS - TICK_MS) send({ type: 'heartbeat' });
      onTick();
    }
  }

  /** Asks for a sign of life, and later whether there was one. */
  function probe() {
    clearTimeout(doubting);
    probed = now();
    send({ type: 'heartbeat' });
    doubting = setTimeout(doubt, patience);
  }

  function doubt() {
    doubting = undefined;
    if (probed > heard) {
      // Perhaps only slow: the next one gets more time.
      patience = Math.min(2 * patience, SILENCE_MS);
      lost();
    } else if (waits()) {
      probe();
    }
  }

  /** @param {Said} frame */
  function send(frame) {
    if (socket?.readyState !== 1) return;
    said = now();
    socket.send(stringify(frame));
  }

  return {
    link: () => link,
    send,
    /** Sends what is to be answered: where that takes long, the link is tried. @param {Said} frame */
    ask(frame) {
      send(frame);
      doubting ??= setTimeout(doubt, patience);
    },
    /** Connects, unless it is or was told not to come back. */
    start: () => link === 'idle' && open(),
    /** The hub has said welcome and frames may be sent. */
    live() {
      if (!socket) return;
      welcomed = now();
      become('live');
    },
    /** Connects anew at once; but with a pause when that has just been tried. */
    again() {
      if (attempts) return lost();
      attempts = 1;
      open();
    },
    lost,
    /** Ends it: for good, or for a while. @param {number} [pause] milliseconds */
    stop(pause) {
      drop();
      become('stopped');
      if (pause) retry = setTimeout(open, pause);
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
    /** The network may be gone. */
    suspect: () => link === 'live' && probe(),
    /** The network or the person is back: no more waiting. @param {boolean} [anew] the old socket is not trusted */
    wake(anew = false) {
      if (link === 'offline' || (link === 'live' && (anew || now() - heard > 2 * HEARTBEAT_MS))) open();
    },
  };
}

/** @param {unknown} data @returns {Frame} one of no type where it can't be read */
function decode(data) {
  try {
    const frame = parse(String(data));
    if (typeof frame === 'object' && frame) return frame;
  } catch {}
  return /** @type {Frame} */ ({});
}
