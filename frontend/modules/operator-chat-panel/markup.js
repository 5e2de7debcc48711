// The one place where text becomes elements, and addresses scripts: through a Trusted Types policy where the browser has
// them. What goes in is our own shell, what the hub rendered, and modules of the hub's with what they hash to. A page may
// allow a policy's name only once, so all copies share it.

import { registry } from './registry.js';

/**
 * @param {Element | ShadowRoot} parent
 * @param {string} text
 */
export function setMarkup(parent, text) {
  parent.innerHTML = policy().createHTML(text);
}

/**
 * An address for a script. A policy that an older copy has left makes none, which is no harm unless the page asks for one.
 * @param {string} url
 */
export function addressOf(url) {
  try {
    return policy().createScriptURL?.(url) ?? url;
  } catch {
    return url;
  }
}

const policy = () => (registry.policy ??= createPolicy());

function createPolicy() {
  const same = (/** @type {string} */ text) => text;
  const plain = { createHTML: same, createScriptURL: same };
  try {
    return /** @type {TrustedTypes} */ (window.trustedTypes).createPolicy('chathub', plain);
  } catch {
    // The browser has none, or the page has not allowed it, which is no harm unless it asks for one.
    return plain;
  }
}
