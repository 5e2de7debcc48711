// What all copies of the loader on a page share, whichever hub they come from: who watches for whose scripts, and
// which panels stand side by side. Found by a well-known symbol, so its shape may only be added to.

/**
 * @typedef {HTMLElement & {
 *   open(): void, close(): void, toggle(): void, openChat(id: number | string): void, setToken(token: unknown): void,
 *   setTokenProvider(provide: (() => unknown) | null): void, destroy(): void,
 * }} PanelElement
 */

const KEY = Symbol.for('chathub.operator-chat-panel');
const NAME = 'operator-chat-panel';

/** Launchers in a row: so many fit beside each other on the narrowest phones. */
const ROW = 5;

/** @type {{ hubs: Set<string>, panels: Set<PanelElement>, policy?: TrustedPolicy }} */
export const registry = (/** @type {any} */ (window)[KEY] ??= { hubs: new Set(), panels: new Set() });

/** A new element of ours. Its class is empty and its methods are its own, so that two hubs can't fight over the name. */
export function createElement() {
  if (!customElements.get(NAME)) customElements.define(NAME, class extends HTMLElement {});
  return /** @type {PanelElement} */ (document.createElement(NAME));
}

/** Gives every panel its place in its corner, so that no launcher covers another. */
export function arrange() {
  /** @type {Record<string, number>} */
  const taken = {};
  for (const { style, dataset } of /** @type {Set<any>} */ (registry.panels)) {
    if (dataset.target) continue;
    const corner = `${/^top/.test(dataset.position)} ${/left$/.test(dataset.position)}`;
    const place = (taken[corner] ??= 0);
    taken[corner]++;
    // Through the CSSOM: a `style` attribute in markup would be refused by a strict Content-Security-Policy.
    style.setProperty('--chathub-place', /** @type {any} */ (place % ROW));
    style.setProperty('--chathub-row', /** @type {any} */ (Math.floor(place / ROW)));
  }
}
