/** One socket that is there as long as it is wanted. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { createConnection } from './connection.js';
import { FakeSocket, pass, surround } from './fakes.js';
import {
  HEARTBEAT_MS,
  PROBE_MS,
  PROVEN_MS,
  RETRY_FIRST_MS,
  RETRY_MOST_MS,
  SILENCE_MS,
  TICK_MS,
  WELCOME_MS,
} from './limits.js';

const URL = 'wss://hub.example/api/stream';
const HEARTBEAT = { type: 'heartbeat', cursor: { epoch: 'e', seq: 1 } };

/** A connection, and all that it told of itself. @param {import('node:test').TestContext} t */
function wire(t, given = {}) {
  surround(t);
  // The longest waits, so that what is due is due at a time that is known.
  t.mock.method(Math, 'random', () => 1);
  const told = { links: [], frames: [], downs: 0, ticks: 0 };
  const connection = createConnection({
    url: URL,
    hello: () => ({ type: 'hello' }),
    waits: () => false,
    onFrame: (frame) => told.frames.push(frame),
    onLink: (link) => told.links.push(link),
    onDown: () => told.downs++,
    onTick: () => told.ticks++,
    ...given,
  });
  t.after(() => connection.stop());
  return { connection, told };
}

const socket = () => FakeSocket.all.at(-1);
const count = () => FakeSocket.all.length;

/** It is open and welcomed. */
function live(connection) {
  connection.start();
  socket().opens();
  connection.live();
  return socket();
}

/** The n-th wait, at its longest. @param {number} attempts */
const longest = (attempts) => Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** attempts);

test('it connects once, says who it is first, and is live when the chat says so', (t) => {
  const { connection, told } = wire(t);
  connection.start();
  connection.start();
  assert.equal(count(), 1);
  connection.send({ type: 'typing' });
  connection.live();
  socket().opens();
  assert.deepEqual(socket().sent, [{ type: 'hello' }], 'nothing is said before');
  assert.deepEqual(told.links, ['connecting', 'live']);
});

test('a lost connection is tried again, with pauses that grow and end nowhere', (t) => {
  const { connection, told } = wire(t);
  live(connection);
  socket().ends();
  assert.deepEqual([told.links.at(-1), told.downs], ['offline', 1]);
  for (let attempts = 1; attempts < 9; attempts++) {
    const before = count();
    pass(longest(attempts) - 50);
    assert.equal(count(), before, `${attempts}: not yet`);
    pass(50);
    assert.equal(count(), before + 1, `${attempts}: now`);
    socket().ends();
  }
  assert.deepEqual(told.links, ['connecting', 'live', 'offline'], 'it says so once');
});

test('a page that forbids the socket altogether is no reason to give up', (t) => {
  const { connection, told } = wire(t);
  globalThis.WebSocket = class {
    constructor() {
      throw new DOMException('no', 'SecurityError');
    }
  };
  connection.start();
  assert.equal(told.links.at(-1), 'offline');
  globalThis.WebSocket = FakeSocket;
  pass(longest(1));
  socket().opens();
  assert.deepEqual(socket().sent, [{ type: 'hello' }]);
});

test('one that is not welcomed in time is given up', (t) => {
  const { connection, told } = wire(t);
  connection.start();
  socket().opens();
  pass(WELCOME_MS);
  assert.equal(told.downs, 0);
  pass(PROBE_MS);
  assert.equal(told.downs, 1);
  assert.equal(socket().readyState, 3);
});

test('it tells the hub that it is there before the hub would doubt it, and answers', (t) => {
  const { connection, told } = wire(t);
  const { sent } = live(connection);
  pass(HEARTBEAT_MS);
  assert.deepEqual(sent, [{ type: 'hello' }, { type: 'heartbeat' }]);
  pass(HEARTBEAT_MS / 2);
  socket().says(HEARTBEAT);
  assert.equal(socket().heartbeats, 1, 'it has spoken lately');
  mock.timers.setTime(Date.now() + HEARTBEAT_MS);
  socket().says(HEARTBEAT);
  assert.equal(socket().heartbeats, 2, 'also where the page’s timers sleep');
  assert.ok(told.ticks > 0);
});

test('silence ends a connection, a word within it does not', (t) => {
  const { connection, told } = wire(t);
  live(connection);
  pass(SILENCE_MS - PROBE_MS);
  socket().says(HEARTBEAT);
  pass(SILENCE_MS - PROBE_MS);
  assert.equal(told.downs, 0);
  pass(2 * PROBE_MS);
  assert.equal(told.downs, 1);
  assert.equal(told.links.at(-1), 'offline');
});

test('what is asked and not answered has the link tried, and a silent link is left', (t) => {
  const { connection, told } = wire(t, { waits: () => true });
  live(connection);
  connection.ask({ type: 'post', client_id: 'a', text: 'Hi' });
  pass(PROBE_MS);
  assert.equal(socket().heartbeats, 1);
  socket().says(HEARTBEAT);
  pass(PROBE_MS);
  assert.equal(told.downs, 0, 'slow, but there');
  assert.equal(socket().heartbeats, 2, 'it is tried as long as something waits');
  pass(PROBE_MS);
  assert.equal(told.downs, 1);
});

test('a network that is only slow gets more time at the next attempt', (t) => {
  const { connection, told } = wire(t, { waits: () => true });
  live(connection);
  connection.ask({ type: 'post', client_id: 'a', text: 'Hi' });
  pass(2 * PROBE_MS);
  assert.equal(told.downs, 1);
  pass(longest(1));
  socket().opens();
  connection.live();
  connection.ask({ type: 'post', client_id: 'a', text: 'Hi' });
  pass(3 * PROBE_MS);
  assert.equal(told.downs, 1);
  pass(PROBE_MS);
  assert.equal(told.downs, 2);
});

test('an ack or a heartbeat shows that it works: the next cut is the first again', (t) => {
  const { connection } = wire(t);
  connection.start();
  for (let cut = 0; cut < 4; cut++) {
    socket().ends();
    pass(RETRY_MOST_MS);
  }
  socket().opens();
  connection.live();
  socket().says(HEARTBEAT);
  socket().ends();
  const before = count();
  pass(longest(1));
  assert.equal(count(), before + 1);
});

test('so does a while without a failure, but being welcomed is not enough', (t) => {
  const { connection } = wire(t);
  connection.start();
  for (const [stays, wait] of [[0, longest(2)], [PROVEN_MS + TICK_MS, longest(1)]]) {
    socket().ends();
    pass(RETRY_MOST_MS);
    socket().opens();
    connection.live();
    pass(stays);
    socket().ends();
    const before = count();
    pass(wait - 50);
    assert.equal(count(), before);
    pass(50);
    assert.equal(count(), before + 1);
    socket().opens();
    connection.live();
    pass(PROVEN_MS + TICK_MS);
  }
});

test('connecting anew happens at once, but never in a loop', (t) => {
  const { connection } = wire(t);
  live(connection);
  connection.again();
  assert.equal(count(), 2);
  socket().opens();
  connection.again();
  assert.equal(count(), 2, 'that has just been tried');
  pass(longest(2));
  assert.equal(count(), 3);
});

test('what comes on a socket that was given up is not heard', (t) => {
  const { connection, told } = wire(t);
  const former = live(connection);
  connection.again();
  former.says({ type: 'ack', client_id: 'a', seq: 1 });
  former.ends();
  assert.deepEqual([told.frames, told.downs, count()], [[], 1, 2]);
});

test('what can’t be read is passed on as a frame of no kind', (t) => {
  const { connection, told } = wire(t);
  live(connection);
  for (const data of ['{"type":', 'null', '5', '""']) socket().onmessage({ data });
  assert.deepEqual(told.frames, [{}, {}, {}, {}]);
});

test('one that was told not to come back stays away until a person asks', (t) => {
  const { connection, told } = wire(t);
  live(connection);
  connection.stop();
  connection.start();
  connection.wake(true);
  connection.sleep();
  pass(10 * RETRY_MOST_MS);
  assert.deepEqual([count(), told.links.at(-1)], [1, 'stopped']);
  connection.restart();
  assert.equal(count(), 2);
});

test('or until the pause is over that it was given', (t) => {
  const { connection } = wire(t);
  live(connection);
  connection.stop(60_000);
  pass(59_950);
  assert.equal(count(), 1);
  pass(50);
  assert.equal(count(), 2);
});

test('a page that was put away closes it, and comes back without waiting', (t) => {
  const { connection, told } = wire(t);
  live(connection);
  connection.sleep();
  assert.equal(socket().readyState, 3);
  pass(RETRY_MOST_MS);
  assert.equal(count(), 1, 'nobody needs it meanwhile');
  connection.wake();
  assert.equal(count(), 2);
  assert.deepEqual(told.links, ['connecting', 'live', 'offline']);
});

test('a network that is back is a reason to leave a socket of before', (t) => {
  const { connection } = wire(t);
  live(connection);
  connection.wake();
  assert.equal(count(), 1, 'it was heard of lately');
  connection.wake(true);
  assert.equal(count(), 2);
});

test('a network that seems gone has the link tried at once', (t) => {
  const { connection, told } = wire(t);
  live(connection);
  pass(1_000);
  connection.suspect();
  assert.equal(socket().heartbeats, 1);
  pass(PROBE_MS);
  assert.equal(told.downs, 1);
});
