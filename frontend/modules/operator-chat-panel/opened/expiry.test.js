// The end of a token: told in time, and prevented where the page has a way.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { watchExpiry } from './expiry.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_795_000_000_000;

/**
 * A panel's first module, as far as this one works with it. It takes the tokens that `takes` says.
 * @param {import('node:test').TestContext} t
 */
function seated(t, { life = HOUR, provide, takes = () => true } = {}) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START });
  const told = [];
  const tokens = [];
  const seat = {
    until: START + life,
    life,
    provide,
    tell: (name) => told.push(name),
    setToken: (token) => (tokens.push(token), takes(token)),
  };
  const expiry = watchExpiry(seat);
  t.after(() => {
    expiry.end();
    mock.timers.reset();
  });
  return { seat, expiry, told, tokens };
}

/** Time passes; what the page promises is kept meanwhile. @param {number} ms */
async function pass(ms) {
  for (let left = ms; left > 0; left -= 10_000) {
    mock.timers.tick(Math.min(10_000, left));
    await settled();
  }
}
const settled = () => new Promise(setImmediate);

test('a token is said to expire five minutes before, a short one at nine tenths of its life', async (t) => {
  for (const [life, ahead] of [[2 * HOUR, 5 * MINUTE], [20 * MINUTE, 2 * MINUTE]]) {
    await t.test(`${life}`, async (t) => {
      const { expiry, told } = seated(t, { life });
      expiry.taken();
      await pass(life - ahead - 10_000);
      assert.deepEqual(told, []);
      await pass(10_000);
      assert.deepEqual(told, ['tokenexpiring']);
    });
  }
});

test('a page without a way to fresh tokens is told once and asked for nothing', async (t) => {
  const { expiry, told, tokens } = seated(t);
  expiry.taken();
  await pass(2 * HOUR);
  assert.deepEqual([told, tokens], [['tokenexpiring'], []]);
});

test('a page with a way is asked in time, and its token is what is found in its answer', async (t) => {
  let asked = 0;
  const { seat, expiry, tokens } = seated(t, { provide: async () => ({ token: ` fresh-${++asked}\n` }) });
  expiry.taken();
  await pass(HOUR - 5 * MINUTE);
  assert.deepEqual(tokens, ['fresh-1']);
  seat.until = Date.now() + HOUR;
  expiry.taken();
  await pass(HOUR - 5 * MINUTE - 10_000);
  assert.equal(asked, 1, 'the hub has taken it: the next end is another');
  await pass(10_000);
  assert.equal(asked, 2);
});

test('a way that comes late is taken at once when it is needed, and else in its time', async (t) => {
  const { seat, expiry, tokens } = seated(t);
  expiry.taken();
  seat.provide = () => 'fresh';
  expiry.provided();
  await pass(10_000);
  assert.deepEqual(tokens, []);
  seat.provide = undefined;
  await pass(HOUR);
  seat.provide = () => 'fresh';
  expiry.provided();
  await pass(1);
  assert.deepEqual(tokens, ['fresh']);
});

test('a refused token is a reason to ask at once', async (t) => {
  const { expiry, tokens } = seated(t, { provide: () => 'fresh' });
  expiry.ask();
  await pass(1);
  assert.deepEqual(tokens, ['fresh']);
});

test('a page whose answers fail, are empty or not taken is asked less and less often, at least every minute', async (t) => {
  const answers = [() => { throw new Error('signed out'); }, () => Promise.reject(new Error('offline')), () => '', () => null];
  const times = [];
  const provide = () => {
    times.push((Date.now() - START) / 1_000);
    return (answers[times.length - 1] ?? (() => 'stale'))();
  };
  const { expiry } = seated(t, { provide, takes: () => false });
  expiry.ask();
  for (let second = 0; second < 300; second++) {
    mock.timers.tick(1_000);
    await settled();
  }
  // The first at the first tick of the clock, which is a second.
  const pauses = times.slice(1).map((time, index) => time - times[index]);
  assert.deepEqual(pauses, [2, 4, 8, 16, 32, 60, 60, 60]);
});

test('a page is never asked twice at once; one that does not answer is asked again after a while', async (t) => {
  let asked = 0;
  const { expiry, tokens } = seated(t, { provide: () => (++asked === 1 ? new Promise(() => {}) : 'fresh') });
  expiry.ask();
  await pass(1);
  expiry.ask();
  expiry.provided();
  await pass(19_000);
  assert.equal(asked, 1);
  await pass(20_000);
  assert.deepEqual([asked, tokens], [2, ['fresh']]);
});

test('an answer that comes after another token was taken is not given on', async (t) => {
  let answer;
  const { expiry, tokens } = seated(t, { provide: () => new Promise((resolve) => (answer = resolve)) });
  expiry.ask();
  await pass(1);
  expiry.taken();
  answer('late');
  await settled();
  assert.deepEqual(tokens, []);
});

test('a clock that is ahead makes no loop and no false alarm', async (t) => {
  const { seat, expiry, told } = seated(t, { provide: () => 'fresh' });
  seat.until = START - MINUTE;
  seat.life = -MINUTE;
  expiry.taken();
  await pass(HOUR);
  assert.deepEqual(told, []);
});

test('a life that is shorter than the notice is let live ten seconds', async (t) => {
  const { expiry, told } = seated(t, { life: 11_000 });
  expiry.taken();
  await pass(9_999);
  assert.deepEqual(told, []);
  await pass(1);
  assert.deepEqual(told, ['tokenexpiring']);
});

test('after its end nobody is told or asked any more', async (t) => {
  let asked = 0;
  const { expiry, told, tokens } = seated(t, { provide: () => (asked++, 'fresh') });
  expiry.taken();
  expiry.ask();
  expiry.end();
  await pass(HOUR);
  expiry.ask();
  await pass(HOUR);
  assert.deepEqual([told, tokens, asked], [[], [], 0]);
});
