// The shapes in which pages hand a token over.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tidyToken } from './token.js';

test('a token is found in whatever the samples put around it', () => {
  for (const given of [
    'a.b.c',
    ' a.b.c\n',
    '"a.b.c"',
    "'a.b.c'",
    '{"token":"a.b.c"}',
    ' {"token": "\\"a.b.c\\"", "expiresAt": "2026-01-01T00:00:00Z"}',
    { token: 'a.b.c', expiresAt: 'never' },
    { token: '"a.b.c"' },
    new String('a.b.c'),
  ]) {
    assert.equal(tidyToken(given), 'a.b.c', JSON.stringify(given));
  }
});

test('what holds no token is none, of whatever type it is', () => {
  for (const given of [null, undefined, '', ' ', '""', '{}', '{"token":null}']) assert.equal(tidyToken(given), '');
  const thrower = { toString: () => { throw new Error('no text'); } };
  assert.equal(tidyToken(thrower), '');
  assert.equal(tidyToken(Object.create(null)), '');
  for (const given of [5, true, [], {}, Symbol('token'), () => {}]) assert.equal(typeof tidyToken(given), 'string');
});

test('text that only looks like JSON is left for the hub to refuse', () => {
  assert.equal(tidyToken('{not json'), '{not json');
});
