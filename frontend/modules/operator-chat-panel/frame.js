// What is seen before and around the panel: the launcher, the window and the line that says what is wrong. Knows
// nothing of tokens or the hub.

import css from 'launcher.css';
import { keepInside } from '../inside.js';
import { setMarkup } from './markup.js';
import { arrange, createElement, registry } from './registry.js';
import { kept } from './storage.js';

// No `style` attribute and no script in it: it goes through `innerHTML` on pages with a strict policy.
const SHELL = `<section class=window role=dialog tabindex=-1 hidden><div class=note role=status></div><div class=panel></div></section><button class=launcher><svg viewBox="0 0 24 24"><path d="${LOGO}"/></svg><span class=badge hidden></span></button>`;

/** The `data-…` attributes of the script that say where the panel is, how it looks and speaks. Numbers are pixels. */
const LOOKS = ['target', 'position', 'theme', 'offset', 'width', 'height', 'language'];
export const LOOK_ATTRIBUTES = LOOKS.map((name) => 'data-' + name);

/** @typedef {ReturnType<typeof createFrame>} Frame */

/**
 * @param {string} id the script's
 * @param {() => void} wanted the panel is about to be seen
 */
export function createFrame(id, wanted) {
  const element = createElement();
  const ending = new AbortController();
  const root = element.attachShadow({ mode: 'open' });
  setMarkup(root, SHELL);
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Too old for the panel, which says so in a window that is seen.
    root.append(Object.assign(document.createElement('style'), { textContent: css }));
  }
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const win = part('.window');
  const launcher = part('.launcher');
  const note = part('.note');
  const badge = part('.badge');
  /** @type {HTMLElement | undefined} what had the focus before the window */
  let before;
  let title = '';
  let unread = 0;
  let trouble = '';
  let words = LAUNCHER_ENGLISH;
  let unreadOf = (/** @type {any} */ count) => /** @type {any} */ (LAUNCHER_ENGLISH[LAUNCHER.unread]).replace('{count}', count);

  /** Gives the launcher its name: what it does, in whose panel (a name of any direction), and what waits there. */
  function label() {
    const comma = words[LAUNCHER.comma];
    const named = title && comma + title;
    launcher.title =
      words[win.hidden ? LAUNCHER.open : LAUNCHER.close] + named + (unread ? comma + unreadOf(unread) : '') + (trouble && '. ' + trouble);
    aria(launcher, 'label', launcher.title);
    aria(win, 'label', words[LAUNCHER.title] + named);
    aria(launcher, 'expanded', !win.hidden);
  }

  function mark() {
    badge.hidden = !trouble && !unread;
    badge.textContent = /** @type {any} */ (trouble ? '!' : unread > 99 ? '99+' : unread);
    label();
  }

  /** In the top layer no `z-index` of the page covers it, and the last one to come there is above the others. */
  function raise() {
    if (element.dataset.target || !element.isConnected) return;
    element.popover = 'manual';
    element.hidePopover?.();
    element.showPopover?.();
  }

  /**
   * @param {boolean | string} open
   * @param {boolean} [focus] follow with the focus: somebody asked for it
   */
  function show(open, focus) {
    // A place of the page's own is never closed.
    open ||= !!element.dataset.target;
    const changes = win.hidden === open;
    const held = root.activeElement;
    const active = /** @type {HTMLElement} */ (document.activeElement);
    win.hidden = !open;
    label();
    if (!element.dataset.target) kept(id, open ? 'open' : '');
    if (open) {
      // They stand in the same place, so the one that was asked for last is the one that is seen.
      if (!element.dataset.target) for (const other of registry.panels) if (other !== element) other.close();
      if (changes) {
        before = active === element ? launcher : active;
        raise();
      }
      if (focus) win.focus();
      wanted();
    } else if (changes && held) {
      (before?.isConnected && before !== document.body ? before : launcher).focus();
    }
  }

  const toggle = () => show(win.hidden, true);
  launcher.onclick = toggle;
  /** @param {KeyboardEvent} event */
  win.onkeydown = (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) show(false);
  };
  // Whoever points at it is likely to press it.
  launcher.onpointerenter = launcher.onfocus = wanted;

  keepInside(element, ending.signal);
  element.setAttribute('for', id);
  // A translator would keep the names of former chats on the page.
  element.translate = false;
  element.lang = 'en';
  registry.panels.add(element);
  label();

  return {
    element,
    root,
    setMarkup,
    show,
    toggle,

    /** @param {HTMLScriptElement} script its attributes say where the panel is and how large */
    dress({ dataset }) {
      for (const name of LOOKS) {
        const value = dataset[name] ?? '';
        if (value) element.dataset[name] = value;
        else delete element.dataset[name];
        element.style.setProperty('--chathub-' + name, value.replace(/\d(?=\s|$)/g, '$&px'));
      }
      arrange();
    },

    /** Puts the element where it is seen, at first and after the page has thrown it out with its other content. */
    attach() {
      const parent = placeOf(element.dataset.target);
      if (element.isConnected || !parent) return;
      parent.append(element);
      raise();
      if (element.dataset.target || kept(id)) show(true);
    },

    /**
     * Whose panel it is, to tell several apart.
     * @param {string} name
     */
    name(name) {
      title = `\u2068${name}\u2069`;
      label();
    },

    /** @template {keyof LauncherTexts} Name @param {Name} name @returns {LauncherTexts[Name]} */
    text: (name) => words[name],

    /**
     * Goes over to another language.
     * @param {LauncherTexts} next
     * @param {(count: number) => string} unread
     */
    speak(next, unread) {
      words = next;
      unreadOf = unread;
      label();
    },

    /**
     * @param {number} count
     * @returns whether it is another one
     */
    count(count) {
      const changes = unread !== count;
      unread = count;
      mark();
      return changes;
    },

    /**
     * Marks the launcher when somebody has to do something, whether the window is open or not.
     * @param {string} [what] nothing when all is well again
     */
    warn(what = '') {
      trouble = what;
      mark();
    },

    /**
     * Says what is going on, above what is there; nothing takes the line away.
     * @param {string} [text]
     * @param {HTMLScriptElement} [script] its `data-fallback-…` attributes name another way to be reached
     * @param {() => void} [again]
     */
    say(text, script, again) {
      const { fallbackText, fallbackEmail, fallbackUrl = '' } = script?.dataset ?? {};
      note.replaceChildren();
      // Without a script nothing is wrong yet, and without words nothing is waited for.
      aria(win, 'busy', !!text && !script);
      for (const [name, textContent, href, onclick] of /** @type {any[][]} */ ([
        ['p', text],
        ['p', fallbackText],
        ['a', fallbackEmail, 'mailto:' + fallbackEmail],
        ['a', /^https?:/.test(fallbackUrl) && fallbackUrl, fallbackUrl],
        ['button', again && words[LAUNCHER.try_again], '', again],
      ])) {
        if (textContent) {
          note.append(Object.assign(document.createElement(name), { textContent, href, onclick, target: '_blank' }));
        }
      }
    },

    remove() {
      registry.panels.delete(element);
      ending.abort();
      element.parentNode?.removeChild(element);
      arrange();
    },
  };
}

/**
 * By the attribute: Firefox knows its property since 119.
 * @param {Element} element
 * @param {string} name
 * @param {any} value
 */
const aria = (element, name, value) => element.setAttribute('aria-' + name, value);

/**
 * @param {string | undefined} target a selector
 * @returns {Element | null}
 */
function placeOf(target) {
  try {
    return target ? document.querySelector(target) : document.body;
  } catch {
    return null;
  }
}
