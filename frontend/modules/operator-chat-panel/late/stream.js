// The panel's way without a WebSocket, which comes when it is needed: frames come as lines of a streamed answer, and go
// out one request at a time. Both calls are server functions of the hub's (`app/src/fns/chat.rs`).

import { parse, stringify } from '../../json.js';

/** Within which a request is answered; the connection beneath one that is not is dead. */
const ANSWER_MS = 10_000;

/** An answer that is none of what was asked for. @typedef {{ status: number, code: string, detail: string }} Refusal */

/**
 * @param {string} hub its origin, or nothing for the page's own
 * @param {string} token
 * @param {string} cursor the place from which frames follow, in JSON
 * @param {(frame: string | null, live: boolean) => boolean} hear takes every frame, and whether it shows that the stream is
 * alive; takes nothing at last, when the connection is gone; answers whether messages are held back
 */
export function openStream(hub, token, cursor, hear) {
  const abort = new AbortController();
  const { signal } = abort;
  /** @type {any[]} frames that wait to go out, because messages have an order */
  let outgoing = [];
  let busy = false;

  /** @param {string | null} frame @param {boolean} [live] */
  const tell = (frame, live = false) => !signal.aborted && hear(frame, live);

  function lose() {
    tell(null);
    abort.abort();
  }

  /**
   * The answer; a failure is the network's.
   * @param {string} path
   * @param {string} body
   * @returns {Promise<{ answer: Response, refusal?: Refusal }>}
   */
  async function ask(path, body) {
    // Every request has the token of the moment.
    const headers = { Authorization: 'Bearer ' + token, 'Content-Type': 'application/json', Accept: 'application/json' };
    const answer = await fetch(hub + path, { method: 'POST', headers, body, signal });
    const { ok, status } = answer;
    if (ok) return { answer };
    const { code, detail = '' } = parse((await answer.text()).replace(/^[^{]*$/, '{}'));
    // A proxy's word, while the server behind it is away.
    if (!code && status >= 500) throw new Error('The hub is away.');
    return { answer, refusal: { status, code: code ?? 'unknown', detail } };
  }

  async function listen() {
    const { answer, refusal } = await ask('/fn/stream_events', `{"cursor":${cursor}}`);
    if (refusal) {
      // Who may not in is told so by these two; all else passes.
      const reconnect = refusal.status !== 401 && refusal.status !== 403;
      tell(stringify({ type: 'bye', code: refusal.code, detail: refusal.detail, reconnect }));
      return;
    }
    const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
    const text = new TextDecoder();
    let rest = '';
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const lines = (rest + text.decode(piece.value, { stream: true })).split('\n');
      rest = /** @type {string} */ (lines.pop());
      for (const line of lines) tell(line, true);
    }
  }

  /**
   * The frame that answers one; `null` is none: what was asked comes as an event.
   * @param {any} frame
   */
  async function answered(frame) {
    const { answer, refusal } = await ask('/fn/act', `{"frame":${stringify(frame)}}`);
    if (!refusal) return answer.text();
    const { client_id, chat_id } = frame;
    return stringify({ type: 'reject', client_id, chat_id, code: refusal.code, detail: refusal.detail });
  }

  async function speak() {
    busy = true;
    while (outgoing.length > 0) {
      const frame = outgoing.shift();
      const late = setTimeout(lose, ANSWER_MS);
      const said = await answered(frame).finally(() => clearTimeout(late));
      // Messages that are held back are sent again in their order.
      if (tell(said)) outgoing = outgoing.filter(({ type }) => type !== 'post');
    }
    busy = false;
  }

  listen().catch(() => {}).then(lose);
  return {
    /** @param {string} text a frame */
    send(text) {
      const frame = parse(text);
      if (frame.type === 'token') token = frame.token;
      // The stream began with a hello, and a heartbeat is for sockets.
      if (/^(hello|token|heartbeat)$/.test(frame.type)) return;
      outgoing.push(frame);
      // What waits must not pass what may not have arrived: all of it is sent again, in order, on the next connection.
      if (!busy) speak().catch(lose);
    },

    close() {
      abort.abort();
    },
  };
}
