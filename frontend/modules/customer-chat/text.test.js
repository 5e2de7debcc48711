/** What people write and are called. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import './bundled.js';
import { wellFormed } from '../json.js';
import { isVisible, isolated, plain } from './text.js';
import * as words from './words.js';

test('a message has something to see in it', () => {
  for (const text of ['a', '0', '.', 'ж', '한', '👍', '👩‍🚀', 'ا', '\u202Ea', '⠿', '\u0600']) assert.ok(isVisible(text), text);
  const invisible = [
    '', ' ', '\n\t', '\u00a0', '\u00ad', '\u034f', '\u061c', '\u115f', '\u17b4', '\u180e', '\u200b', '\u200d', '\u200e',
    '\u2028', '\u202e', '\u2060', '\u2066', '\u2800', '\u3000', '\u3164', '\ufe0f', '\ufeff', '\uffa0', '\u{e0001}', '\u{e0100}',
    '\0', '\x7f', ' \u200b\u2060 ',
  ];
  for (const text of invisible) assert.ok(!isVisible(text), JSON.stringify(text));
});

test('half an emoji is replaced, a whole one is not', () => {
  assert.equal(wellFormed('a\ud83d b'), 'a\ufffd b');
  assert.equal(wellFormed('\ude00👍\ud83d'), '\ufffd👍\ufffd');
  assert.equal(wellFormed('👩‍🚀 ok'), '👩‍🚀 ok');
});

test('a name reorders nothing beside it', () => {
  assert.equal(plain('\u202eevil\u2069\u2066\n'), 'evil');
  assert.equal(plain('שלום Co.'), 'שלום Co.');
  assert.equal(isolated('a\u2069b'), '\u2068ab\u2069');
  assert.equal(words.chatWith('\u202e'), 'Chat with us');
  assert.equal(words.chatWith('Shop'), 'Chat with \u2068Shop\u2069');
});
