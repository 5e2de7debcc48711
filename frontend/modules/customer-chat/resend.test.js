/**
 * What becomes of a message that the hub could not take, and of one that gets no answer: as the driver, the pace and
 * the connection do it together. Run: `node --test frontend/modules`.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import './bundled.js';
import { FakeSocket, Page, ack, pass, posted, refuse, reset, surround } from './fakes.js';
import * as words from './words.js';

/** What every code of the hub means for a message: it is sent again, never, or the whole chat has to wait. */
const CODES = {
  malformed: 'never',
  invalid_field: 'never',
  token_missing: 'again',
  token_invalid: 'again',
  token_expired: 'again',
  login_refused: 'again',
  wrong_token_kind: 'again',
  operator_inactive: 'again',
  origin_not_allowed: 'again',
  misdirected: 'again',
  blocked: 'halt',
  not_found: 'never',
  method_not_allowed: 'never',
  conflict: 'never',
  too_large: 'never',
  unsupported_media_type: 'never',
  message_too_long: 'never',
  message_empty: 'never',
  too_many_requests: 'again',
  internal: 'again',
  unavailable: 'again',
  too_slow: 'again',
  going_away: 'again',
  silent: 'again',
  // Whatever a newer hub says, nothing is given up.
  unknown: 'again',
};

test('every code of the hub has its place in the table', () => {
  const source = readFileSync(new URL('../../../crates/domain/src/error.rs', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/^ {4}\w+ = "(\w+)", \d+,/gm)].map(([, code]) => code);
  assert.ok(codes.length > 20, 'error.rs is read as it is written');
  assert.deepEqual(codes.filter((code) => !CODES[code]), []);
});

for (const [code, outcome] of Object.entries(CODES)) {
  test(`a message refused as ${code}: ${outcome}`, (t) => {
    surround(t);
    const page = new Page();
    page.chat.post('first');
    page.chat.post('second');
    const socket = page.welcome();
    assert.deepEqual(socket.posts, ['first', 'second']);
    refuse(socket, 0, code);
    if (outcome === 'never') {
      assert.deepEqual(page.waiting, ['first!', 'second']);
      pass(40_000);
      assert.ok(!socket.posts.slice(2).includes('first'));
      return;
    }
    if (outcome === 'halt') {
      assert.equal(page.chat.link(), 'stopped');
      return;
    }
    // As the hub does it: what follows waits for the one before.
    refuse(socket, 1, code);
    page.chat.post('third');
    assert.deepEqual(page.waiting, ['first', 'second', 'third']);
    assert.deepEqual(socket.posts, ['first', 'second']);
    pass(900);
    assert.deepEqual(socket.posts, ['first', 'second']);
    pass(1_200);
    assert.deepEqual(socket.posts.slice(2), ['first', 'second', 'third']);
    for (const index of [2, 3, 4]) ack(socket, index, index - 1);
    assert.deepEqual(page.waiting, []);
    assert.deepEqual(page.shown, ['first', 'second', 'third']);
  });
}

test('while the hub can’t, the pauses grow to half a minute, and shrink when it can', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('patient');
  const pauses = [];
  for (let tries = 1; tries <= 12; tries++) {
    socket.says({ type: 'heartbeat', cursor: { epoch: 'e1', seq: 0 } });
    refuse(socket, tries - 1, 'unavailable');
    const before = Date.now();
    while (socket.posts.length === tries && Date.now() - before < 60_000) {
      pass(100);
      socket.says({ type: 'heartbeat', cursor: { epoch: 'e1', seq: 0 } });
    }
    pauses.push(Date.now() - before);
    // One refusal is not worth a word.
    assert.equal(page.chat.pause(), tries > 1 ? 'held' : '');
  }
  assert.ok(Math.min(...pauses) >= 1_000, `${pauses}`);
  assert.ok(Math.max(...pauses) <= 30_200, `${pauses}`);
  assert.ok(Math.max(...pauses.slice(6)) > 4_000, `${pauses}`);
  ack(socket, 12, 1);
  assert.equal(page.chat.pause(), '');
  page.chat.post('next');
  refuse(socket, 13, 'unavailable');
  pass(2_100);
  assert.deepEqual(socket.posts.slice(14), ['next']);
});

test('what was refused for a passing reason by a former version is sent again', (t) => {
  const local = surround(t);
  const keep = (id, at, failed) =>
    local.setItem(`chathub:https://hub.example:1:out:${id}`, JSON.stringify({ client_id: id, text: id, at, failed }));
  keep('a', 1, 'The database is busy: tell the administrator.');
  keep('b', 2, 'message_too_long');
  const page = new Page();
  assert.deepEqual(page.waiting, ['a', 'b!']);
  assert.deepEqual(page.welcome().posts, ['a']);
});

test('half an emoji from a former version can be read', (t) => {
  const local = surround(t);
  const half = { client_id: 'h', text: 'ok \ud83d', at: 1 };
  local.setItem('chathub:https://hub.example:1:out:h', JSON.stringify(half));
  assert.deepEqual(new Page().welcome().posts, ['ok \ufffd']);
});

test('half an emoji in what a page says of its visitor does not keep the visitor out', (t) => {
  surround(t);
  const page = new Page({ name: 'Ada \ud83d', phone: '' });
  const [hello] = page.welcome().sent;
  assert.equal(hello.customer.name, 'Ada \ufffd');
});

test('a refusal without a name ends the wait of what was refused, and lets nothing pass it unseen', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('first');
  page.chat.post('second');
  socket.says({ type: 'reject', code: 'malformed', detail: 'This frame can’t be read.' });
  assert.deepEqual(page.waiting, ['first!', 'second']);
  ack(socket, 1, 1);
  assert.deepEqual(page.waiting, ['first!']);
});

test('customers are told in words of ours', (t) => {
  surround(t);
  const page = new Page();
  page.chat.post('hello');
  const socket = page.welcome();
  refuse(socket, 0, 'message_too_long');
  const [{ failed }] = page.chat.state().outbox;
  for (const said of [words.refused(failed), words.refused('conflict'), words.stopped('not_found', true), words.stopped('blocked', false)]) {
    assert.doesNotMatch(said, /administrator|organization|origin|token|undefined/);
    assert.match(said, /^\p{Lu}.*\.$/u);
  }
});

test('nothing is sent past a message that only another tab has sent', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  const other = { client_id: 'o', text: 'from the other tab', at: Date.now() - 5 };
  page.hears('out:o', null, JSON.stringify(other));
  assert.deepEqual(socket.posts, []);
  page.chat.post('from here');
  assert.deepEqual(socket.posts, ['from the other tab', 'from here']);
});

test('a refused message that another connection has brought in keeps nothing waiting', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('first');
  page.chat.post('second');
  refuse(socket, 0, 'unavailable');
  refuse(socket, 1, 'unavailable');
  const message = { seq: 1, client_id: posted(socket, 0), text: 'first', at: 1 };
  socket.says({ type: 'event', seq: 1, prev: 0, at: 1, event: { kind: 'message', message } });
  assert.notEqual(page.socket, socket);
  const next = page.welcome({ frames: [], seq: 1 });
  pass(2_100);
  assert.deepEqual(next.posts, ['second']);
});

test('nor does one that is refused after another connection has brought it in', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('first');
  page.chat.post('second');
  const message = { seq: 1, client_id: posted(socket, 0), text: 'first', at: 1 };
  socket.says({ type: 'event', seq: 1, prev: 0, at: 1, event: { kind: 'message', message } });
  refuse(socket, 0, 'unavailable');
  assert.notEqual(page.socket, socket);
  assert.deepEqual(page.welcome({ frames: [], seq: 1 }).posts, ['second']);
});

test('a post without an answer has the link tried, and given up within ten seconds', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  pass(60_000 - 100);
  socket.says({ type: 'heartbeat', cursor: { epoch: 'e1', seq: 0 } });
  const before = socket.heartbeats;
  page.chat.post('into the void');
  pass(5_000);
  assert.equal(socket.heartbeats, before + 1);
  assert.equal(page.chat.link(), 'live');
  pass(5_000);
  assert.equal(page.chat.link(), 'offline');
  assert.equal(socket.readyState, 3);
  pass(1_000);
  assert.notEqual(page.socket, socket);
  const next = page.welcome();
  assert.deepEqual(next.posts, ['into the void']);
  assert.equal(posted(next, 0), posted(socket, 0));
  ack(next, 0);
  assert.deepEqual(page.waiting, []);
});

test('a hub that is slow, but there, is waited for', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('slow disk');
  for (let second = 0; second < 30; second++) {
    pass(1_000);
    socket.says({ type: 'heartbeat', cursor: { epoch: 'e1', seq: 0 } });
  }
  assert.equal(page.chat.link(), 'live');
  assert.equal(page.socket, socket);
  ack(socket, 0);
  assert.deepEqual(page.waiting, []);
});

test('a link that only takes longer gets more time with each attempt', (t) => {
  surround(t);
  const page = new Page();
  page.welcome();
  page.chat.post('by satellite');
  const lives = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    const before = Date.now();
    while (page.chat.link() === 'live') pass(500);
    lives.push(Date.now() - before);
    const { length } = FakeSocket.all;
    while (FakeSocket.all.length === length) pass(500);
    page.welcome();
  }
  assert.ok(lives[3] > 4 * lives[0], `${lives}`);
});

test('earlier messages that do not come have the link tried too', (t) => {
  surround(t);
  const page = new Page();
  page.welcome({ frames: [reset(9, [{ seq: 9, client_id: 'x', text: 'x', at: 1 }], { more: true })] });
  page.chat.earlier();
  pass(10_000);
  assert.equal(page.chat.link(), 'offline');
  assert.equal(page.chat.state().loading, '');
});

test('when the network goes, an idle link is tried at once', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.fire('offline');
  assert.equal(socket.heartbeats, 1);
  pass(5_000);
  assert.equal(page.chat.link(), 'offline');
});

for (const life of [0, 6_000]) {
  test(`a connection that dies ${life} ms after its welcome is tried more and more rarely`, (t) => {
    surround(t);
    const page = new Page();
    page.chat.start();
    const began = Date.now();
    for (let attempt = 0; attempt < 30; attempt++) {
      const { socket } = page;
      page.welcome();
      pass(life);
      socket.ends();
      while (page.socket === socket) pass(500);
    }
    const pauses = Date.now() - began - 30 * life;
    assert.ok(pauses > 90_000, `30 attempts with ${pauses} ms of pauses`);
  });
}

test('and at once again when one has lived', (t) => {
  surround(t);
  const page = new Page();
  page.chat.start();
  for (let attempt = 0; attempt < 6; attempt++) {
    page.welcome().ends();
    pass(16_000);
  }
  const socket = page.welcome();
  pass(15_000);
  socket.ends();
  pass(1_000);
  assert.notEqual(page.socket, socket);
});

test('a picture that always has a hole is no reason to hurry', (t) => {
  surround(t);
  const page = new Page();
  page.chat.start();
  for (let second = 0; second < 120; second++) {
    if (page.socket.readyState === 0) {
      page.welcome().says({ type: 'event', seq: 9, prev: 8, at: 1, event: { kind: 'read', up_to: 1 } });
    }
    pass(1_000);
  }
  assert.ok(FakeSocket.all.length < 25, `${FakeSocket.all.length} sockets in two minutes`);
});

test('whoever is blocked is told so, keeps what was written, and is let in when that ends', (t) => {
  const local = surround(t);
  const page = new Page();
  page.chat.post('let me in');
  const socket = page.welcome();
  socket.says({ type: 'bye', code: 'blocked', detail: 'Blocked by an operator.', reconnect: false });
  assert.equal(page.chat.link(), 'stopped');
  assert.equal(words.stopped(page.chat.reason(), true), 'You can’t write to us here at the moment. What you’ve written is kept.');
  page.chat.post('one more');
  pass(5 * 60_000);
  assert.equal(FakeSocket.all.length, 1);
  assert.equal(Object.keys(local).filter((key) => key.includes(':out:')).length, 2);
  while (FakeSocket.all.length === 1) pass(1_000);
  assert.deepEqual(page.welcome().posts, ['let me in', 'one more']);
});

test('a socket that can’t be made is tried again, however the browser says it', (t) => {
  surround(t);
  const page = new Page();
  page.chat.start();
  page.socket.onerror?.();
  assert.equal(page.chat.link(), 'offline');
  WebSocket = class {
    constructor() {
      throw new DOMException('Not by this page’s policy.', 'SecurityError');
    }
  };
  pass(20_000);
  assert.equal(page.chat.link(), 'offline');
  WebSocket = FakeSocket;
  pass(20_000);
  page.welcome();
  assert.equal(page.chat.link(), 'live');
});

test('a clock that is set back by a day delays nothing', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('before');
  refuse(socket, 0, 'too_many_requests');
  const { now } = Date;
  t.mock.method(Date, 'now', () => now() - 86_400_000);
  page.chat.post('after');
  pass(2_100);
  assert.deepEqual(socket.posts, ['before', 'before', 'after']);
});

test('a laptop that wakes up comes back at once', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  // Timers slept with it; the clock did not.
  const woken = Date.now() + 3_600_000;
  t.mock.method(Date, 'now', () => woken);
  pass(6_000);
  assert.notEqual(page.socket, socket);
});
