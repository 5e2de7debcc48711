// The one place where text becomes elements: through a Trusted Types policy where the browser has them. What goes in is
// our own shell and what the hub rendered. A page may allow a policy's name only once, so all copies share it.

import { registry } from './registry.js';

/**
 * @param {Element | ShadowRoot} parent
 * @param {string} text
 */
export function setMarkup(parent, text) {
  parent.innerHTML = (registry.policy ??= createPolicy()).createHTML(text);
}

function createPolicy() {
  /** @type {import('./registry.js').Policy} */
  const plain = { createHTML: (text) => text };
  try {
    return /** @type {any} */ (window).trustedTypes.createPolicy('chathub', plain);
  } catch {
    // The browser has none, or the page has not allowed it, which is no harm unless it asks for one.
    return plain;
  }
}
