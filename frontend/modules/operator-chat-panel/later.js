// Modules that come when they are needed, and only as they were built: the browser checks what it gets.

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
 * @param {string} href
 * @param {string | undefined} integrity
 * @param {string | undefined} nonce
 */
async function bring(href, integrity, nonce) {
  if (integrity) {
    // `import` has no integrity of its own and does not mind a preload that failed, so it has to wait for it.
    const link = document.createElement('link');
    await new Promise((onload, onerror) =>
      document.head.append(Object.assign(link, { rel: 'modulepreload', href, integrity, nonce, onload, onerror })),
    ).finally(() => link.remove());
  }
  return import(href);
}
