// What the loader asks of the hub, and the parts of the panel that it brings from there.

import { parse } from '../../json.js';

/**
 * @typedef {import('../wire.js').Integrity} Integrity
 * @typedef {import('../wire.js').PanelAnswer} PanelAnswer
 * @typedef {{
 *   set_token(token: string): void, open_chat(id: number): void, state?(): string, unmount(): void, free(): void,
 * }} PanelHandle
 * @typedef {(
 *   container: Element, snapshot: string, on_event: (name: string, detail?: any) => void, kept?: string,
 * ) => PanelHandle} MountPanel
 */

/** A hub that has not answered by then is taken for unreachable: slow mobile networks need up to half of it. */
const ANSWER_MS = 20_000;

/**
 * An answer that is not what was asked for: RFC 9457 problem details, or its status where there are none. Its `problem`
 * is their code, and tells it from a network that failed.
 * @param {number} status
 * @param {{ code?: string, detail?: string }} [details]
 */
const failure = (status, { code, detail } = {}) =>
  Object.assign(new Error(detail ?? '' + status), {
    problem: code ?? (status === 401 ? 'token_invalid' : 'unknown'),
  });

/**
 * @param {string} url
 * @param {RequestInit} [init]
 */
async function ask(url, init) {
  const answer = await fetch(url, { credentials: 'omit', ...init });
  if (!answer.ok) throw failure(answer.status, await answer.json().catch(() => undefined));
  return answer;
}

/**
 * The panel of the operator whom the token names.
 * @param {string} hub
 * @param {string} token
 * @param {string} language the page's
 * @returns {Promise<PanelAnswer>}
 */
export async function askPanel(hub, token, language) {
  // What can't be a header's value can't be a token either.
  if (!/^[!-~]+$/.test(token)) throw failure(401);
  const headers = { Authorization: 'Bearer ' + token, 'Content-Type': 'application/json', 'Accept-Language': language };
  const signal = AbortSignal.timeout?.(ANSWER_MS);
  return parse(await (await ask(hub + '/operator-chat-panel/panel', { method: 'POST', headers, body: '{}', signal })).text());
}

/** What panels of the same build share, by URL; a failure is forgotten, so that a retry asks again. */
/** @type {Map<string, Promise<any>>} */
const shared = new Map();
/** @type {RequestCache} a retry asks the hub, because browsers also keep what they have refused */
let cache = 'default';

/**
 * @template T
 * @param {string} url
 * @param {() => Promise<T>} bring
 * @returns {Promise<T>}
 */
function once(url, bring) {
  let promise = shared.get(url);
  if (!promise) {
    promise = bring();
    shared.set(url, promise);
    promise.catch(() => {
      shared.delete(url);
      cache = 'reload';
    });
  }
  return promise;
}

/**
 * @param {string} url
 * @param {string | undefined} integrity
 */
export const bringSheet = (url, integrity) =>
  once(url, async () => new CSSStyleSheet().replace(await (await ask(url, { integrity, cache })).text()));

/**
 * Initializes the WASM once for all panels of a page: its module has one memory.
 * @param {string} js
 * @param {string} wasm
 * @param {Integrity | undefined} integrity
 * @param {(url: string) => Promise<any>} bringModule
 * @returns {Promise<MountPanel>}
 */
export const bringPanel = (js, wasm, integrity, bringModule) =>
  once(js, async () => {
    const [module, file] = await Promise.all([bringModule(js), ask(wasm, { integrity: integrity?.wasm, cache })]);
    // Where answers are of a class of the page's own, the browser is given the bytes: it knows none by it.
    await module.default({ module_or_path: await WebAssembly.compileStreaming(file).catch(() => file.arrayBuffer()) });
    return module.mount_panel;
  });
