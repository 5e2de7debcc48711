/**
 * Where a message is written: grows with the text, keeps it across reloads, and says in words when it is too long
 * instead of cutting it.
 */

import { attribute, h, icon, say } from './dom.js';
import { COUNT_FROM, MESSAGE_CHARS } from './limits.js';
import { isVisible } from './text.js';
import * as words from './words.js';

/**
 * @param {object} given
 * @param {string} given.draft
 * @param {(text: string) => void} given.onDraft
 * @param {() => void} given.onTyping
 * @param {(text: string) => void} given.onSend
 */
export function createComposer({ draft, onDraft, onTyping, onSend }) {
  const input = h('textarea', {
    'aria-label': words.text(TEXT.message),
    'aria-describedby': 'limit',
    placeholder: words.text(TEXT.placeholder),
    rows: '1',
    enterkeyhint: 'send',
    autocomplete: 'off',
  });
  // The textarea lies over an invisible copy of its text and so has the copy's height, without any inline style.
  const grow = h('div', { class: 'grow' }, input);
  const button = h(
    'button',
    { class: 'send', type: 'submit', 'aria-label': words.text(TEXT.send) },
    icon('arrow', 'M12 20V5M5.5 11.5 12 5l6.5 6.5'),
  );
  const limit = h('p', { class: 'limit', id: 'limit', role: 'status' });
  const element = h('form', { class: 'composer' }, limit, h('div', { class: 'field' }, grow, button));
  element.noValidate = true;

  /** How many characters too many; negative while there is room. */
  const over = () => [...input.value.trim()].length - MESSAGE_CHARS;

  function show() {
    attribute(grow, 'data-text', input.value + ' ');
    // Without a text it is the placeholder's.
    attribute(input, 'dir', !!input.value && 'auto');
    const excess = input.value.length < MESSAGE_CHARS - COUNT_FROM ? -MESSAGE_CHARS : over();
    say(
      limit,
      excess > 0
        ? words.counted(TEXT.too_long, excess, MESSAGE_CHARS)
        : excess >= -COUNT_FROM
          ? words.counted(TEXT.characters_left, -excess)
          : '',
    );
    attribute(element, 'data-over', excess > 0);
    attribute(input, 'aria-invalid', excess > 0 && 'true');
    attribute(element, 'data-idle', excess > 0 || !isVisible(input.value));
  }

  function send() {
    const text = input.value.trim();
    if (!isVisible(text) || over() > 0) return;
    input.value = '';
    onDraft('');
    show();
    onSend(text);
  }

  input.addEventListener('input', () => {
    onDraft(input.value);
    if (input.value) onTyping();
    show();
  });
  input.addEventListener('keydown', (event) => {
    // 229: Safari ends a composition before it tells of the Enter that ended it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  });
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    send();
    input.focus();
  });
  input.value = draft;
  show();
  return { element, focus: () => input.focus({ preventScroll: true }) };
}
