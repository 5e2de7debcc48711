// What of the server's links is drawn.

import assert from 'node:assert/strict';
import { test } from 'node:test';

/** As much of a document as links need. */
globalThis.document = /** @type {any} */ ({
  createElement: (/** @type {string} */ tag) => ({
    tag,
    attributes: {},
    hasAttribute(/** @type {string} */ name) { return name in this.attributes; },
    getAttribute(/** @type {string} */ name) { return this.attributes[name] ?? null; },
    setAttribute(/** @type {string} */ name, /** @type {string} */ value) { this.attributes[name] = value; },
    append(/** @type {string[]} */ ...children) { this.text = children.join(''); },
  }),
});
const { linked } = await import('./dom.js');

/** @param {string} text @param {any[]} [links] */
const drawn = (text, links) =>
  linked(text, links).map((/** @type {any} */ part) => (typeof part === 'string' ? part : [part.text, part.attributes.href, part.attributes.title]));

test('links stand where the server has found them, counted as JavaScript counts', () => {
  assert.deepEqual(drawn('📦 a.com, ok', [{ offset: 3, length: 5, url: 'https://a.com/' }]), [
    '📦 ',
    ['a.com', 'https://a.com/', ''],
    ', ok',
  ]);
  assert.deepEqual(drawn('plain'), ['plain']);
});

test('what leads elsewhere than it seems to says so', () => {
  const [, [, , title]] = drawn('https://прим.укр', [{ offset: 0, length: 16, url: 'https://xn--h1ajee.xn--j1amh/' }]);
  assert.equal(title, 'https://xn--h1ajee.xn--j1amh/');
});

test('what can be no link stays text', () => {
  for (const bad of [
    { offset: 0, length: 9, url: 'javascript:alert(1)' },
    { offset: 0, length: 99, url: 'https://a.com/' },
    { offset: -1, length: 3, url: 'https://a.com/' },
    { offset: 0, length: 0, url: 'https://a.com/' },
    { url: 'https://a.com/' },
  ]) {
    assert.equal(drawn('some text', [bad]).join(''), 'some text', JSON.stringify(bad));
  }
});
