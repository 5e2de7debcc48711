/**
 * The customer chat, from one tag anywhere in any page:
 *
 *     <script type="module" src="https://hub.example/customer-chat.js" organization="1"></script>
 *
 * Optional: data-customer-name, data-customer-phone (what the page knows of its visitor), data-position="left|right",
 * data-accent="#7a3e1d", data-theme="light|dark", data-title, data-greeting, data-language (else the page's `lang`).
 * The hub is where this module came from. A module runs once per address, whenever the tag is added; so the document
 * is watched: the tag brings the chat, its removal takes the chat away, and a second tag or copy changes nothing.
 */

import { languageOf } from '../language.js';
import { CustomerChat, NAME } from './element.js';

const HERE = import.meta.url.split(/[?#]/)[0];
// Without `URL`, which is a variable of many an old page's.
const HUB = HERE.split('/', 3).join('/');
const OPTIONS = ['position', 'accent', 'theme', 'title', 'greeting', 'customer-name', 'customer-phone'].map(
  (name) => `data-${name}`,
);

/** What all copies of this module in the page share. @type {{taken: boolean, copies: Set<() => void>}} */
const page = (/** @type {any} */ (globalThis)[Symbol.for('chathub.customer-chat')] ??= {
  taken: false,
  copies: new Set(),
});

/** @type {{script: HTMLScriptElement, element: HTMLElement, given: string} | undefined} */
let mounted;

if (!customElements.get(NAME)) customElements.define(NAME, CustomerChat);
page.copies.add(scan);
new MutationObserver(scan).observe(document, {
  subtree: true,
  childList: true,
  attributeFilter: ['src', 'organization', 'lang', 'data-language', ...OPTIONS],
});
scan();

/** Makes the page have the chat that its tags ask for. */
function scan() {
  if (mounted && (!ours(mounted.script) || read(mounted.script) !== mounted.given)) {
    mounted.element.remove();
    mounted = undefined;
    page.taken = false;
    for (const copy of page.copies) copy();
  }
  if (!document.body) return;
  if (mounted) {
    // Some navigations replace the whole body and keep the head.
    if (!mounted.element.isConnected) document.body.append(mounted.element);
    return;
  }
  const script = page.taken ? undefined : [...document.scripts].find(ours);
  if (!script) return;
  page.taken = true;
  const element = document.createElement(NAME);
  element.setAttribute('hub', HUB);
  for (const name of ['organization', ...OPTIONS]) {
    const value = script.getAttribute(name);
    if (value !== null) element.setAttribute(name, value);
  }
  element.dataset.language = languageOf(script, LANGUAGES);
  mounted = { script, element, given: read(script) };
  document.body.append(element);
}

/** @param {HTMLScriptElement} script */
function ours(script) {
  return script.isConnected && /^\d+$/.test(script.getAttribute('organization') ?? '') && script.src.split(/[?#]/)[0] === HERE;
}

/** @param {HTMLScriptElement} script */
function read(script) {
  return ['organization', ...OPTIONS].map((name) => script.getAttribute(name) ?? '\0').join('\n') + languageOf(script, LANGUAGES);
}
