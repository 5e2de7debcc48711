/**
 * The list of messages in the page. Each row keeps its element from "Sending…" to "Read", so that nothing flickers,
 * a selection survives and a screen reader is told of a message once.
 */

import { dayName, format } from './days.js';
import { attribute, h, linked, say } from './dom.js';
import { rows } from './rows.js';
import { plain } from './text.js';
import * as words from './words.js';

/** @typedef {import('./rows.js').Row} Row */

/** Pixels from the end within which the list is taken to be at its end: a line of text and a fingertip. */
const NEAR = 48;

/**
 * @param {object} given
 * @param {(id: string) => void} given.onRetry
 * @param {(id: string) => void} given.onDiscard
 * @param {() => void} given.onEarlier
 * @param {() => void} given.onScroll the end came into or out of view
 */
export function createLog({ onRetry, onDiscard, onEarlier, onScroll }) {
  // The page may have its own, in whichever direction.
  const greets = h('bdi');
  const greeting = h('p', { class: 'greeting' }, greets);
  const earlier = h('button', { class: 'earlier', type: 'button' }, words.text(TEXT.earlier));
  const list = h('ol');
  const log = h('div', { role: 'log', 'aria-label': words.text(TEXT.messages) }, list);
  const closed = h('p', { class: 'closed', hidden: true }, words.text(TEXT.closed));
  const name = h('bdi');
  const typing = h('p', { class: 'typing', hidden: true });
  const [before, after] = words.text(TEXT.is_typing).split('{name}');
  typing.append(h('span', {}, before, name, after), h('i'), h('i'), h('i'));
  const element = h('div', { class: 'scroller', tabindex: '0', role: 'group', 'aria-label': words.text(TEXT.conversation) });
  element.append(h('div', { class: 'thread' }, earlier, greeting, log, closed, typing));

  /** @type {Map<string, HTMLElement>} */
  let shown = new Map();
  let atEnd = true;

  const toEnd = () => {
    element.scrollTop = element.scrollHeight;
    atEnd = true;
  };
  earlier.addEventListener('click', onEarlier);
  element.addEventListener('scroll', () => {
    const now = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (now === atEnd) return;
    atEnd = now;
    onScroll();
  }, { passive: true });
  // The composer grew, the keyboard came: what was at the end stays there.
  const sizes = new ResizeObserver(() => atEnd && toEnd());
  sizes.observe(element);

  /** @param {Row} row */
  function make(row) {
    if (row.day) return h('li', { class: 'day' }, time(row.at, ''));
    const text = h('p', { class: 'text', dir: 'auto', lang: '', translate: 'yes' });
    const item = h('li', { class: 'message', 'data-client-id': row.id ?? '' });
    item.append(h('bdi', { class: 'author' }, plain(row.operator ?? words.text(TEXT.you))), text, h('p', { class: 'meta' }));
    return item;
  }

  /** @param {HTMLElement} item @param {Row} row @param {words.Pause} pause */
  function update(item, row, pause) {
    if (row.day) {
      say(/** @type {HTMLElement} */ (item.firstChild), dayName(row.at));
      return;
    }
    attribute(item, 'data-state', row.state);
    item.classList.toggle('own', !!row.state);
    item.classList.toggle('first', !!row.first);
    item.classList.toggle('last', !!row.last);
    const meta = /** @type {HTMLElement} */ (item.lastChild);
    const text = /** @type {HTMLElement} */ (meta.previousSibling);
    // An own message is text until the server has told its links.
    const linkage = `${!!row.links}`;
    if (text.dataset.linked !== linkage) {
      text.dataset.linked = linkage;
      text.replaceChildren(...linked(row.text ?? '', row.links));
    }
    const told = row.state && row.told ? words.delivery(row.state, pause) : '';
    const timed = !!row.last && row.state !== 'sending';
    item.classList.toggle('noted', timed || !!told);
    const sign = `${row.last ? row.at : ''}|${told}|${row.reason ?? ''}`;
    if (meta.dataset.sign === sign) return;
    meta.dataset.sign = sign;
    meta.replaceChildren();
    if (row.state === 'failed') {
      const button = (/** @type {string} */ label, /** @type {(id: string) => void} */ act) => {
        const made = h('button', { type: 'button' }, label);
        made.addEventListener('click', () => act(row.id ?? ''));
        return made;
      };
      meta.append(
        h('span', { class: 'reason' }, `${told} ${words.refused(row.reason ?? '')}`),
        button(words.text(TEXT.try_again), onRetry),
        button(words.text(TEXT.discard), onDiscard),
      );
      return;
    }
    if (timed) meta.append(time(row.at, format('time', row.at)));
    if (told) meta.append(h('span', { class: 'delivery' }, told));
  }

  return {
    element,
    atEnd: () => atEnd,
    toEnd,
    /**
     * @param {import('./session.js').State} state
     * @param {string} hello what greets at the beginning
     * @param {words.Pause} pause
     */
    render(state, hello, pause) {
      const fromEnd = element.scrollHeight - element.scrollTop;
      const stay = atEnd;
      let prepended = false;
      let written = false;
      /** @type {typeof shown} */
      const next = new Map();
      let place = list.firstChild;
      for (const row of rows(state)) {
        let item = shown.get(row.key);
        if (!item) {
          item = make(row);
          prepended ||= place !== null;
          written ||= row.state === 'sending';
        }
        next.set(row.key, item);
        update(item, row, pause);
        if (item === place) place = place.nextSibling;
        else list.insertBefore(item, place);
      }
      for (const [key, item] of shown) if (!next.has(key)) item.remove();
      shown = next;

      say(greets, hello);
      greeting.hidden = state.more || !hello;
      greeting.classList.toggle('before', next.size > 0);
      earlier.hidden = !state.more;
      earlier.disabled = !!state.loading;
      closed.hidden = state.status !== 4 || state.outbox.length > 0;
      typing.hidden = !state.typing;
      say(name, plain(state.typing));
      if (stay || written) toEnd();
      else if (prepended) element.scrollTop = element.scrollHeight - fromEnd;
    },
    end: () => sizes.disconnect(),
  };
}

/** A time in few words, and on hovering in all. @param {number} at @param {string} text */
const time = (at, text) => h('time', { datetime: new Date(at).toISOString(), title: format('full', at) }, text);
