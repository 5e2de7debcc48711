/**
 * Colours and sizes that are known only in the visitor's browser, told to the style sheet as custom properties of a
 * constructed sheet: no style attribute anywhere, so a strict Content-Security-Policy has nothing to refuse.
 */

import css from 'customer-chat.css';
import { attribute, h } from './dom.js';

/** @type {CSSStyleSheet | undefined} one for all chats */
let shared;

/**
 * @param {object} given
 * @param {HTMLElement} given.host
 * @param {ShadowRoot} given.shadow
 * @param {HTMLElement} given.root
 * @param {AbortSignal} given.signal
 */
export function dress({ host, shadow, root, signal }) {
  const own = isFit() ? made('') : undefined;
  if (own) shadow.adoptedStyleSheets = [(shared ??= made(css)), own];
  // What says that the browser is too old must be seen.
  else root.append(h('style', {}, css));

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const accent = host.dataset.accent ?? '';
  let text = '';

  function apply() {
    const theme = host.dataset.theme ?? (dark.matches ? 'dark' : 'light');
    attribute(root, 'data-theme', theme === 'dark' ? 'dark' : 'light');
    attribute(root, 'data-position', host.dataset.position === 'left' ? 'left' : 'right');
    const rules = [];
    // The keyboard takes room from the visual viewport only, and pushes it down the page.
    const view = visualViewport;
    if (view) rules.push(`--view-height:${Math.round(view.height)}px`, `--view-top:${Math.round(view.offsetTop)}px`);
    if (accent && CSS.supports('color', accent)) rules.push(`--accent:${accent}`, `--on-accent:${textOn(accent)}`);
    const next = `.root.root{${rules.join(';')}}`;
    if (next !== text) own?.replaceSync((text = next));
  }

  apply();
  dark.addEventListener('change', apply, { signal });
  visualViewport?.addEventListener('resize', apply, { signal });
  visualViewport?.addEventListener('scroll', apply, { signal });
}

/** Whether the browser has what this chat needs and the oldest of ours were the last to get. */
export const isFit = () => !!document.adoptedStyleSheets;

/** @param {string} text */
function made(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

/** White or near-black, whichever is easier to read on a colour. @param {string} color */
function textOn(color) {
  const [red, green, blue] = bytesOf(color).map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  // WCAG: contrasts with white (1.05) and with black (0.05) are equal at a luminance of 0.179.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#111614' : '#fff';
}

/** Red, green and blue of any colour: at once where it says them, else painted. @param {string} color */
function bytesOf(color) {
  const hex = /^#(..)(..)(..)$/.exec(color.trim());
  if (hex) return hex.slice(1).map((byte) => parseInt(byte, 16));
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return [0, 0, 0];
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
}
