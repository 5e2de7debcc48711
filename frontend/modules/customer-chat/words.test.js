/** What the customer chat says. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import './bundled.js';
import { languages, words } from '../../../toolchain/words.mjs';
import * as said from './words.js';

/** Speaks a language, in a browser that is at home there. */
function speak(t, language, ...home) {
  const signal = new AbortController().signal;
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { languages: home } });
  t.mock.method(globalThis, 'setTimeout', () => 0);
  // The module's address leads to the words themselves.
  globalThis.WORDS_SRC = 'text/javascript,export default ' + encodeURIComponent(JSON.stringify(words('customer', language))) + '//';
  return new Promise((begin) => said.learn({ hub: 'data:', wanted: language, signal, begin }));
}

test('English is spoken at once', (t) => {
  let begun = 0;
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { languages: ['nl'] } });
  said.learn({ hub: '', wanted: 'en', signal: new AbortController().signal, begin: () => begun++ });
  assert.equal(begun, 1);
  assert.deepEqual(said.tongue(), { lang: 'en', dir: 'ltr' });
});

test('numbers and plural forms are the language’s own', async (t) => {
  for (const [language, count, sentence] of [
    ['en', 1, '1 unread message'],
    ['en', 1_234, '1,234 unread messages'],
    ['lv', 10, '10 nelasītu ziņu'],
    ['lv', 21, '21 nelasīta ziņa'],
    ['es', 2, '2 mensajes sin leer'],
    ['nl', 1_234, '1.234 ongelezen berichten'],
    ['ko', 1, '읽지 않은 메시지 1개'],
    ['uk', 1, '1 непрочитане повідомлення'],
    ['uk', 3, '3 непрочитані повідомлення'],
    ['uk', 11, '11 непрочитаних повідомлень'],
    ['ar', 1, 'رسالة واحدة غير مقروءة'],
    ['ar', 2, 'رسالتان غير مقروءتين'],
    ['ar', 3, '3 رسائل غير مقروءة'],
    ['ar', 11, '11 رسالة غير مقروءة'],
  ]) {
    await speak(t, language);
    assert.equal(said.counted(TEXT.unread, count), sentence, `${language} ${count}`);
  }
});

test('days and numbers are written as where the browser is at home, in the digits of the texts', async (t) => {
  for (const [language, home, locale] of [
    ['en', ['en-GB', 'nl'], 'en-GB'],
    ['en', ['nl', 'en-AU'], 'en-AU'],
    ['en', ['nl'], 'en'],
    ['es', ['es-419'], 'es-419'],
    ['ar', ['ar-EG'], 'ar-EG-u-nu-latn'],
    ['ar', ['nl'], 'ar-u-nu-latn'],
    // As some browsers call a system without any language.
    ['en', ['en-US@posix'], 'en'],
    ['nl', ['nl-NL-u-hc-h12'], 'nl'],
  ]) {
    await speak(t, language, ...home);
    assert.equal(said.localeNow(), locale, `${language} ${home}`);
  }
});

test('a language whose words don’t come is English instead', async (t) => {
  await speak(t, 'nl');
  assert.equal(said.text(TEXT.open), 'Chat openen');
  globalThis.WORDS_SRC = 'text/javascript,throw 0//';
  await new Promise((begin) => said.learn({ hub: 'data:', wanted: 'ar', signal: new AbortController().signal, begin }));
  assert.deepEqual([said.text(TEXT.open), said.tongue().lang], ['Open chat', 'en']);
});

test('nor does one that never comes keep anybody waiting', async (t) => {
  await speak(t, 'nl');
  t.mock.restoreAll();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  globalThis.WORDS_SRC = 'text/javascript,await new Promise(() => {})//';
  const begun = new Promise((begin) => said.learn({ hub: 'data:', wanted: 'ar', signal: new AbortController().signal, begin }));
  t.mock.timers.tick(3_000);
  await begun;
  assert.equal(said.tongue().lang, 'en');
});

test('words that come when nobody waits any more change nothing', async (t) => {
  await speak(t, 'nl');
  const ending = new AbortController();
  globalThis.WORDS_SRC = 'text/javascript,export default {}//';
  said.learn({ hub: 'data:', wanted: 'ko', signal: ending.signal, begin: () => assert.fail('it has ended') });
  ending.abort();
  await new Promise(setImmediate);
  assert.equal(said.text(TEXT.open), 'Chat openen');
});

test('a name is kept apart from the sentence around it', async (t) => {
  await speak(t, 'ar');
  assert.equal(said.chatWith('Acme'), 'دردشة مع \u2068Acme\u2069');
  assert.equal(said.chatWith(''), 'تحدث معنا');
});

test('codes that nobody has a sentence for have one in common', async (t) => {
  await speak(t, 'en');
  assert.equal(said.stopped('origin_not_allowed', false), 'Chat isn’t available here.');
  assert.equal(said.stopped('kept', true), 'Chat isn’t available here. What you’ve written is kept.');
  assert.equal(said.stopped('blocked', true), 'You can’t write to us here at the moment. What you’ve written is kept.');
  assert.equal(said.refused('conflict'), 'It can’t be sent here.');
});

test('every text of the catalogue is said somewhere', () => {
  const folder = new URL('./', import.meta.url);
  const sources = readdirSync(folder).filter((file) => file.endsWith('.js') && !file.endsWith('.test.js'));
  const all = sources.map((file) => readFileSync(new URL(file, folder), 'utf8')).join();
  for (const name of Object.keys(TEXT)) assert.ok(all.includes(`TEXT.${name}`), name);
  for (const name of ['stopped', 'refused', 'delivery', 'connection']) assert.equal(typeof ENGLISH.texts[TEXT[name]], 'object');
  assert.ok(languages().length > 7);
});
