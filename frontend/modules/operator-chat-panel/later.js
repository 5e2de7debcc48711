// Modules that come when they are needed, and only as they were built: the browser checks what it gets.

import { addressOf } from './markup.js';

/** Browsers remember a module that failed to load, so a retry needs another URL. */
let failures = 0;
/** @type {Record<string, Promise<any> | null>} those that are here or on their way, for all panels of a page */
const modules = {};

/**
 * @param {string} url
 * @param {string | undefined} integrity
 * @param {string | undefined} nonce the page's own, for its Content-Security-Policy
 */
export const bringModule = (url, integrity, nonce) =>
  (modules[url] ??= bring(failures ? url + '?retry=' + failures : url, integrity, nonce).catch((error) => {
    failures++;
    modules[url] = null;
    throw error;
  }));

/**
 * @param {string} url
 * @param {string | undefined} integrity
 * @param {string | undefined} nonce
 */
async function bring(url, integrity, nonce = '') {
  if (integrity) {
    // `import` has no integrity of its own, and WebKit heeds none on a `modulepreload`; every browser heeds a script's.
    // Once it has loaded, `import` takes the same module; after an error nothing may be imported.
    const script = document.createElement('script');
    await new Promise((onload, onerror) => {
      const src = addressOf(url);
      document.head.append(Object.assign(script, { type: 'module', integrity, nonce, onload, onerror, src }));
    }).finally(() => script.parentNode?.removeChild(script));
  }
  return import(url);
}
