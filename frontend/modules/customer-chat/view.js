/** The launcher and the window: what a visitor sees, apart from the messages and the composer. */

import { attribute, h, icon, say } from './dom.js';
import { unread } from './session.js';
import { plain } from './text.js';
import * as words from './words.js';

/** Digits that fit into the badge. */
const BADGE_MOST = 99;

/**
 * @param {object} given
 * @param {string} given.title
 * @param {HTMLElement} given.log
 * @param {HTMLElement} given.composer
 * @param {() => void} given.onToggle
 * @param {() => void} given.onRestart
 * @param {() => void} given.onLatest
 */
export function createView({ title, log, composer, onToggle, onRestart, onLatest }) {
  const heading = h('h2', { dir: 'auto' });
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const sentence = h('span');
  const again = h('button', { type: 'button', hidden: true }, words.text(TEXT.try_again));
  const line = h('p', { class: 'line', role: 'status' }, sentence, again);
  const latest = h('button', { class: 'latest', type: 'button', hidden: true }, words.text(TEXT.latest));
  const dialog = h(
    'section',
    { class: 'window', role: 'dialog', tabindex: '-1', hidden: true },
    h('div', { class: 'head' }, mark, heading),
    line,
    h('div', { class: 'middle' }, log, latest),
    composer,
  );
  const badge = h('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
  const described = h('span', { id: 'unread', class: 'quiet' });
  const launcher = h(
    'button',
    { class: 'launcher', type: 'button', 'aria-expanded': 'false', 'aria-describedby': 'unread' },
    icon('bubble', LOGO),
    icon('chevron', 'M6 9.5l6 6 6-6'),
    icon('cross', 'M6 6l12 12M18 6 6 18'),
    badge,
  );
  // In the top layer no z-index of the page's can cover it.
  const root = h('div', { class: 'root', popover: 'popover' in HTMLElement.prototype && 'manual', translate: 'no', ...words.tongue() }, dialog, launcher, described);

  launcher.addEventListener('click', onToggle);
  again.addEventListener('click', onRestart);
  latest.addEventListener('click', onLatest);
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing && !dialog.hidden) onToggle();
  });

  return {
    root,
    launcher,
    dialog,
    /** @param {{state: import('./session.js').State, link: string, reason: string, open: boolean, atEnd: boolean}} now */
    render({ state, link, reason, open, atEnd }) {
      const name = plain(state.name);
      const shown = title || name || words.text(TEXT.title);
      say(heading, shown);
      say(mark, [...shown][0].toUpperCase());
      attribute(dialog, 'aria-label', words.chatWith(state.name));
      dialog.hidden = !open;
      attribute(root, 'data-open', open);
      attribute(launcher, 'aria-label', words.text(open ? TEXT.close : TEXT.open));
      attribute(launcher, 'aria-expanded', String(open));

      const count = unread(state);
      const hint = !open && count > 0;
      badge.hidden = !hint;
      say(badge, count > BADGE_MOST ? `${words.number(BADGE_MOST)}+` : words.number(count));
      say(described, hint ? words.counted(TEXT.unread, count) : '');
      latest.hidden = atEnd || count === 0;

      attribute(line, 'data-link', link);
      again.hidden = link !== 'stopped' || words.isHopeless(reason);
      say(sentence, statusOf(link, reason, state.outbox.length > 0));
    },
  };
}

/** @param {string} link @param {string} reason @param {boolean} kept */
function statusOf(link, reason, kept) {
  const { connecting, reconnecting, offline } = words.text(TEXT.connection);
  switch (link) {
    case 'connecting':
      return connecting;
    case 'offline':
      return navigator.onLine ? reconnecting : offline;
    case 'stopped':
      return words.stopped(reason, kept);
    default:
      return '';
  }
}
