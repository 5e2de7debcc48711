/** What days are called, and when that changes. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import './bundled.js';
import { dayName, everyDay } from './days.js';

const at = (text) => new Date(text).getTime();

test('after midnight, today is yesterday', (t) => {
  t.after(() => mock.timers.reset());
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: at('2026-02-28T23:59:30') });
  const said = at('2026-02-28T22:00:00');
  const called = [];
  const end = everyDay(() => called.push(dayName(said)));
  assert.equal(dayName(said), 'Today');
  mock.timers.tick(29_000);
  assert.deepEqual(called, []);
  mock.timers.tick(1_000);
  assert.deepEqual(called, ['Yesterday']);
  for (let hour = 0; hour < 24; hour++) mock.timers.tick(3_600_000);
  assert.equal(called.length, 2);
  assert.match(called[1], /28/);
  end();
  for (let hour = 0; hour < 24; hour++) mock.timers.tick(3_600_000);
  assert.equal(called.length, 2);
});

test('a clock that is set to another day is noticed within the hour', (t) => {
  t.after(() => mock.timers.reset());
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: at('2026-03-10T10:00:00') });
  let calls = 0;
  const end = everyDay(() => calls++);
  const { now } = Date;
  t.mock.method(Date, 'now', () => now() + 3 * 86_400_000);
  mock.timers.tick(3_600_000);
  assert.equal(calls, 1);
  end();
});
