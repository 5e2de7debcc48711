// What is seen before and around the panel: the launcher, the window and the line that says what is wrong. Knows
// nothing of tokens or the hub. Its style sheet is downloaded as it stands, which is why it is written so densely.

import css from './style/launcher.css';
import { setMarkup } from './markup.js';
import { arrange, createElement, registry } from './registry.js';

// No `style` attribute and no script in it: it goes through `innerHTML` on pages with a strict policy.
const SHELL = `<section class="window" role="dialog" aria-label="Operator chats" tabindex="-1" hidden>
<div class="bar"><b></b><button class="shut" aria-label="Close operator chats">×</button></div>
<div class="note" role="status"></div><div class="panel"></div></section>
<div class="corner"><button class="launcher" aria-expanded="false"><svg viewBox="0 0 24 24"><path class="bubble" d="M4 7a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3h-6l-4 4v-4a3 3 0 0 1-3-3zM8 8.5h8M8 11.5h5"/><path class="cross" d="M6 6l12 12M18 6L6 18"/></svg></button><span class="badge" aria-hidden="true" hidden></span></div>`;

/** @typedef {ReturnType<typeof createFrame>} Frame */

/** @param {string} id the script's; the window's state is kept under it */
export function createFrame(id) {
  const element = createElement();
  const root = element.attachShadow({ mode: 'open' });
  setMarkup(root, SHELL);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  /** @param {string} selector @returns {any} */
  const part = (selector) => root.querySelector(selector);
  const win = part('.window');
  const launcher = part('.launcher');
  const note = part('.note');
  const badge = part('.badge');
  const key = 'chathub:' + id;

  /**
   * @param {boolean} open
   * @param {boolean} [focus] follow with the focus: somebody asked for it
   */
  function show(open, focus) {
    const had = root.activeElement;
    win.hidden = !open;
    launcher.setAttribute('aria-expanded', open);
    launcher.ariaLabel = (open ? 'Close' : 'Open') + ' operator chats';
    stored(() => sessionStorage.setItem(key, open ? 'open' : ''));
    if (open) {
      // They stand in the same place, so the one that was asked for last is the one that is seen.
      for (const other of registry.panels) if (other !== element) other.close();
      if (focus) win.focus();
    } else if (had && had !== launcher) {
      launcher.focus();
    }
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  function add(name, text) {
    const line = /** @type {any} */ (document.createElement(name));
    line.textContent = text;
    line.target = '_blank';
    note.append(line);
    return line;
  }

  const toggle = () => show(win.hidden, true);
  launcher.onclick = part('.shut').onclick = toggle;
  /** @param {KeyboardEvent} event */
  win.onkeydown = (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) show(false);
  };

  registry.panels.add(element);
  show(!!stored(() => sessionStorage.getItem(key)));

  return {
    element,
    show,
    toggle,

    /** Puts the element where it is seen, at first and after the page has thrown it out with its other content. */
    attach() {
      if (element.isConnected || !document.body) return;
      document.body.append(element);
      // In the top layer no `z-index` of the page covers it.
      element.popover = 'manual';
      element.showPopover?.();
      arrange();
    },

    /**
     * A clean place with what the hub rendered; nothing is left of the panel before.
     * @param {string} html
     * @param {CSSStyleSheet} panelSheet
     */
    fill(html, panelSheet) {
      const container = document.createElement('div');
      setMarkup(container, html);
      root.adoptedStyleSheets = [sheet, panelSheet];
      part('.panel').replaceChildren(container);
      this.count(0);
      return container;
    },

    /**
     * Whose panel it is, to tell several apart.
     * @param {string} title
     */
    name(title) {
      launcher.title = part('b').textContent = title;
    },

    /** @param {number} count */
    count(count) {
      badge.hidden = !count;
      badge.textContent = count > 99 ? '99+' : String(count);
      launcher.ariaDescription = count ? count + ' unread' : '';
    },

    /**
     * Says what is going on, above what is there; nothing takes the line away.
     * @param {string} [text]
     * @param {HTMLScriptElement} [script] its `data-fallback-…` attributes name another way to be reached
     * @param {() => void} [again]
     */
    say(text, script, again) {
      note.replaceChildren();
      if (text) add('p', text);
      const { fallbackText, fallbackEmail, fallbackUrl } = script?.dataset ?? {};
      if (fallbackText) add('p', fallbackText);
      if (fallbackEmail) add('a', fallbackEmail).href = 'mailto:' + fallbackEmail;
      if (fallbackUrl && /^https?:/.test(fallbackUrl)) add('a', fallbackUrl).href = fallbackUrl;
      if (again) add('button', 'Try again').onclick = again;
    },

    remove() {
      registry.panels.delete(element);
      element.remove();
      arrange();
    },
  };
}

/**
 * In a page without storage, the window is closed after each reload.
 * @param {() => string | null | void} use
 */
function stored(use) {
  try {
    return use();
  } catch {}
}
