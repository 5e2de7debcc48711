// What all copies of the loader on a page share, whichever hub they come from: who watches for whose scripts, and
// which panels stand side by side. Found by a well-known symbol, so its shape may only be added to.

/**
 * @typedef {HTMLElement & {
 *   open(): void, close(): void, toggle(): void, openChat(id: number | string): void,
 *   setToken(token: string): void, destroy(): void,
 * }} PanelElement
 */

const KEY = Symbol.for('chathub.operator-chat-panel');
const NAME = 'operator-chat-panel';

/** @type {{ hubs: Set<string>, panels: Set<PanelElement> }} */
export const registry = (/** @type {any} */ (window)[KEY] ??= { hubs: new Set(), panels: new Set() });

/** A new element of ours. Its class is empty and its methods are its own, so that two hubs can't fight over the name. */
export function createElement() {
  if (!customElements.get(NAME)) customElements.define(NAME, class extends HTMLElement {});
  return /** @type {PanelElement} */ (document.createElement(NAME));
}

/** Gives every panel its place, so that no launcher covers another. */
export function arrange() {
  let place = 0;
  // Through the CSSOM: a `style` attribute in markup would be refused by a strict Content-Security-Policy.
  for (const panel of registry.panels) panel.style.setProperty('--chathub-place', String(place++));
}
