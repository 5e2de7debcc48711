/** When messages are sent. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PAUSE_FIRST_MS, RESEND_MS } from './limits.js';
import { createPace } from './pace.js';

const outbox = (...ids) => ids.map((id) => ({ client_id: id, text: id, at: 0 }));
const names = (unsent) => unsent.map(({ client_id }) => client_id).join('');

test('a message is sent once, and again when no ack comes', () => {
  const pace = createPace();
  assert.equal(names(pace.due(outbox('a', 'b'), 5)), 'ab');
  assert.equal(names(pace.due(outbox('a', 'b', 'c'), 6)), 'c');
  // Nothing overtakes it: what is behind it is sent again as well.
  assert.equal(names(pace.due(outbox('a', 'c'), 5 + RESEND_MS)), 'ac');
  pace.anew();
  assert.equal(names(pace.due(outbox('a', 'c'), 6 + RESEND_MS)), 'ac');
});

test('another tab’s message waits, a person’s wish does not', () => {
  const pace = createPace();
  pace.elsewhere('a', 5);
  assert.equal(names(pace.due(outbox('a'), 6)), '');
  pace.again('a');
  assert.equal(names(pace.due(outbox('a'), 7)), 'a');
  assert.equal(names(pace.due([{ ...outbox('b')[0], failed: 'Too long.' }], 8)), '');
});

test('what the hub could not take waits, and is sent again in order', () => {
  const pace = createPace();
  const all = outbox('a', 'b', 'c');
  assert.equal(names(pace.due(all, 0)), 'abc');
  const left = outbox('b', 'c', 'd');
  const pause = pace.refused(left, 'b', 10);
  assert.ok(pause >= PAUSE_FIRST_MS);
  // The next one's refusal comes of the first one's, and makes the pause no longer.
  assert.equal(pace.refused(left, 'c', 11), pause - 1);
  // One that is written meanwhile does not overtake them.
  assert.equal(names(pace.due(left, 12)), '');
  assert.equal(names(pace.due(left, 9 + pause)), '');
  assert.equal(names(pace.due(left, 10 + pause)), 'bcd');
  // A word about one that is safe changes nothing.
  assert.equal(pace.refused(outbox('c', 'd'), 'b', 50_000), 0);
  assert.equal(names(pace.due(outbox('c', 'd', 'e'), 10 + pause)), 'e');
  const again = pace.refused(outbox('c', 'd', 'e'), 'c', 50_000);
  assert.equal(names(pace.due(outbox('c', 'd', 'e'), 50_000 + again)), 'cde');
});
