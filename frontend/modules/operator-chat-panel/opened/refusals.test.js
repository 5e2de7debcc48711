// What a page is told of a refused token, in the way the published samples listen for.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { refused } from './refusals.js';

/** A page that listens for errors. @param {import('node:test').TestContext} t */
function page(t) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_795_000_000_000 });
  const window = new EventTarget();
  const heard = [];
  window.addEventListener('error', ({ message, error }) => {
    assert.ok(error instanceof Error && error.message === message);
    heard.push(message);
  });
  globalThis.ErrorEvent = class extends Event {
    constructor(type, { message, error }) {
      super(type);
      Object.assign(this, { message, error });
    }
  };
  globalThis.dispatchEvent = (event) => window.dispatchEvent(event);
  t.after(() => {
    mock.timers.reset();
    delete globalThis.ErrorEvent;
    delete globalThis.dispatchEvent;
  });
  // A script of its own: refusals are counted as long as the page is there.
  return { id: `operator-chat-panel-script-${t.name}`, heard };
}

test('the message holds what the samples look for', (t) => {
  const { id, heard } = page(t);
  refused(id, 'one', false);
  refused(id, 'two', true);
  mock.timers.tick(0);
  assert.match(heard[0], /Invalid token/);
  assert.match(heard[1], /token expired/);
});

test('it is told later, never inside a call of the page’s', (t) => {
  const { id, heard } = page(t);
  refused(id, 'one', false);
  assert.equal(heard.length, 0);
  mock.timers.tick(0);
  assert.equal(heard.length, 1);
});

test('a token that is refused again is no news', (t) => {
  const { id, heard } = page(t);
  for (let count = 0; count < 3; count++) refused(id, 'one', false);
  mock.timers.tick(0);
  assert.equal(heard.length, 1);
});

test('the third refusal within a minute is kept from the page, whatever the tokens are', (t) => {
  const { id, heard } = page(t);
  for (const token of ['one', 'two', 'three', 'four']) {
    refused(id, token, false);
    mock.timers.tick(5_000);
  }
  assert.equal(heard.length, 2);
});

test('after a minute without one, the page is told again', (t) => {
  const { id, heard } = page(t);
  for (const token of ['one', 'two', 'three']) refused(id, token, false);
  mock.timers.tick(60_000);
  refused(id, 'four', false);
  mock.timers.tick(0);
  assert.equal(heard.length, 3);
});

test('the panels of two scripts are told apart', (t) => {
  const { id, heard } = page(t);
  for (const token of ['one', 'two', 'three']) refused(id, token, false);
  refused(`${id}-2`, 'three', false);
  mock.timers.tick(0);
  assert.equal(heard.length, 3);
});
