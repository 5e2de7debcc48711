/**
 * One browser is one visitor: over tabs, reloads, restores, and whatever happens to its storage.
 * Run: `node --test frontend/modules`.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EPOCH, FakeSocket, PREFIX, Page, TOKEN, ack, pass, posted, reset, surround } from './fakes.js';

const VISITOR = PREFIX + 'visitor';
const stored = (local) => Object.keys(local).filter((key) => key.includes(':out:')).length;
const helloOf = (socket) => socket.sent.find(({ type }) => type === 'hello');
const erased = (seq) => ({ type: 'event', seq, prev: seq - 1, at: 1, event: { kind: 'erased' } });
const said = (seq, text, operator) => ({
  type: 'event',
  seq,
  prev: seq - 1,
  at: 1,
  event: { kind: 'message', message: { seq, client_id: `c${seq}`, operator, text, at: 1 } },
});
const refused = { type: 'bye', code: 'token_invalid', detail: 'Invalid token.', reconnect: false };

test('another page clears the storage: token and unsent messages are stored again', (t) => {
  const local = surround(t);
  const page = new Page();
  page.welcome();
  page.chat.post('kept');
  local.clear();
  page.hears(null, null, null);
  assert.equal(local.getItem(VISITOR), TOKEN);
  assert.equal(stored(local), 1);
});

test('key by key, too: a message whose entry is gone is not taken for sent', (t) => {
  const local = surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('kept');
  const id = posted(socket, 0);
  local.clear();
  page.hears(`out:${id}`, 'whatever', null);
  page.hears('visitor', TOKEN, null);
  assert.deepEqual(page.waiting, ['kept']);
  assert.equal(local.getItem(VISITOR), TOKEN);
  assert.equal(stored(local), 1);
});

test('cleared by this page, which no event tells: the next message or connection stores it again', (t) => {
  const local = surround(t);
  const page = new Page();
  const socket = page.welcome();
  local.clear();
  page.chat.post('still me');
  assert.equal(local.getItem(VISITOR), TOKEN);
  local.clear();
  socket.ends();
  pass(1_000);
  page.welcome();
  assert.equal(helloOf(page.socket).visitor, TOKEN);
  assert.equal(local.getItem(VISITOR), TOKEN);
  assert.equal(stored(local), 1);
});

test('cleared before the hub has named the visitor', (t) => {
  const local = surround(t);
  const page = new Page();
  page.chat.post('first words');
  local.clear();
  page.welcome();
  assert.equal(local.getItem(VISITOR), TOKEN);
  assert.equal(stored(local), 1);
});

test('a tab that found the storage cleared gives way to the one with the conversation', (t) => {
  const local = surround(t);
  const first = new Page();
  first.welcome();
  local.clear();
  const second = new Page();
  second.chat.start();
  const socket = second.socket;
  socket.opens();
  assert.equal(helloOf(socket).visitor, undefined);
  socket.says({ type: 'welcome', visitor: 'visitor-2', organization: { id: 1, name: 'Shop' }, cursor: { epoch: EPOCH, seq: 0 } }, reset(0));
  first.hears('visitor', null, 'visitor-2');
  assert.equal(local.getItem(VISITOR), TOKEN);
  second.hears('visitor', 'visitor-2', TOKEN);
  pass(2_000);
  second.welcome();
  assert.equal(helloOf(second.socket).visitor, TOKEN);
  assert.equal(local.getItem(VISITOR), TOKEN);
});

test('and when that comes late', (t) => {
  const local = surround(t);
  const first = new Page();
  first.welcome();
  local.clear();
  const second = new Page();
  second.welcome({ visitor: 'visitor-2', frames: [reset(1, [{ seq: 1, client_id: 'x', operator: 'Anna', text: 'of visitor 2', at: 1 }])] });
  assert.deepEqual(second.shown, ['of visitor 2']);
  first.hears('visitor', null, 'visitor-2');
  second.hears('visitor', 'visitor-2', TOKEN);
  pass(2_000);
  second.welcome();
  assert.deepEqual(helloOf(second.socket), { type: 'hello', organization: 1, visitor: TOKEN, customer: { name: '', phone: '' } });
  assert.deepEqual(second.shown, []);
  assert.equal(local.getItem(VISITOR), TOKEN);
});

test('a page from the browser’s cache finds another visitor: it continues no picture of the former', (t) => {
  const local = surround(t);
  const page = new Page();
  page.welcome({ frames: [reset(3, [{ seq: 3, client_id: 'x', operator: 'Anna', text: 'of the former', at: 1 }])] });
  page.fire('pagehide');
  local.setItem(VISITOR, 'visitor-2');
  page.fire('pageshow');
  page.socket.opens();
  assert.deepEqual(page.socket.sent, [{ type: 'hello', organization: 1, visitor: 'visitor-2', customer: { name: '', phone: '' } }]);
  assert.deepEqual(page.shown, []);
});

test('new keys after a restore: what was written goes to the new thread, under no old number', (t) => {
  const local = surround(t);
  const page = new Page();
  const socket = page.welcome({ frames: [reset(9, [{ seq: 9, client_id: 'x', operator: 'Anna', text: 'before', at: 1 }], { read_by_operators: 8 })] });
  page.chat.look(true);
  socket.ends();
  page.chat.post('after');
  pass(1_000);
  page.socket.opens();
  assert.equal(helloOf(page.socket).visitor, TOKEN);
  page.socket.says(refused);
  pass(2_000);
  page.welcome({ visitor: 'visitor-2', epoch: 'e2', frames: [reset(0, [], {}, 'e2')] });
  assert.deepEqual(page.socket.posts, ['after']);
  assert.equal(posted(page.socket, 0), page.chat.state().outbox[0].client_id);
  assert.deepEqual(page.socket.sent.filter(({ type }) => type === 'read'), []);
  ack(page.socket, 0, 1);
  assert.deepEqual(page.shown, ['after']);
  assert.equal(page.chat.state().readByOperators, 0);
  assert.equal(local.getItem(VISITOR), 'visitor-2');
  // And once more in the life of one page.
  page.socket.ends();
  pass(1_000);
  page.socket.opens();
  page.socket.says(refused);
  pass(2_000);
  page.welcome({ visitor: 'visitor-3', epoch: 'e3', frames: [reset(0, [], {}, 'e3')] });
  assert.equal(page.chat.link(), 'live');
});

test('a restore that keeps the keys: what waited is sent to the same thread, and nothing old is said to be read', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome({ frames: [reset(40, [{ seq: 40, client_id: 'x', operator: 'Anna', text: 'lost by the restore', at: 1 }])] });
  page.chat.look(true);
  assert.deepEqual(socket.sent.filter(({ type }) => type === 'read'), [{ type: 'read', seq: 40 }]);
  socket.ends();
  page.chat.post('waits');
  pass(1_000);
  page.welcome({ epoch: 'e2', frames: [reset(2, [], {}, 'e2')] });
  assert.deepEqual(page.socket.posts, ['waits']);
  assert.deepEqual(page.socket.sent.filter(({ type }) => type === 'read'), []);
  assert.deepEqual(page.shown, []);
});

test('another tab drops a refused token: this one does not bring it back', (t) => {
  const local = surround(t);
  const page = new Page();
  page.welcome();
  local.setItem(VISITOR, '');
  page.hears('visitor', TOKEN, '');
  page.chat.post('words');
  assert.equal(local.getItem(VISITOR), '');
  local.setItem(VISITOR, 'visitor-2');
  page.hears('visitor', '', 'visitor-2');
  page.socket.opens();
  assert.equal(helloOf(page.socket).visitor, 'visitor-2');
});

test('an erasure takes the words from the screen at once, and what is left comes with a picture', (t) => {
  const local = surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('my address');
  ack(socket, 0, 1);
  socket.says({ ...said(1, 'my address'), event: { kind: 'message', message: { seq: 1, client_id: posted(socket, 0), text: 'my address', at: 1 } } });
  socket.says(said(2, 'noted', 'Anna'));
  page.chat.look(true);
  assert.deepEqual(page.shown, ['my address', 'noted']);
  socket.says(erased(3));
  assert.deepEqual(page.shown, []);
  assert.doesNotMatch(JSON.stringify({ ...local }), /my address|noted|seen/);
  const next = page.welcome();
  assert.equal(helloOf(next).cursor, undefined);
  assert.equal(helloOf(next).visitor, TOKEN);
  page.chat.post('a new beginning');
  ack(next, 0, 1);
  next.says(said(2, 'welcome back', 'Anna'));
  assert.equal(page.chat.state().gap, true, 'the own event is missing');
});

test('a picture in mid-conversation replaces what is shown; what is on its way stays', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  page.chat.post('on its way');
  socket.says(said(1, 'erased soon', 'Anna'));
  socket.says(reset(2, [], { status: null }));
  assert.deepEqual(page.shown, []);
  assert.deepEqual(page.waiting, ['on its way']);
  assert.equal(page.chat.link(), 'live');
  ack(socket, 0, 3);
  socket.says({ type: 'event', seq: 3, prev: 2, at: 1, event: { kind: 'message', message: { seq: 3, client_id: posted(socket, 0), text: 'on its way', at: 1 } } });
  assert.deepEqual(page.shown, ['on its way']);
  assert.deepEqual(page.waiting, []);
  assert.equal(FakeSocket.all.length, 1);
});

test('storage that is full or forbidden: the chat works as long as its page', (t) => {
  const local = surround(t);
  local.full = new DOMException('No room.', 'QuotaExceededError');
  const page = new Page();
  page.chat.post('no room');
  const socket = page.welcome();
  assert.deepEqual(socket.posts, ['no room']);
  socket.ends();
  pass(1_000);
  page.welcome();
  assert.equal(helloOf(page.socket).visitor, TOKEN);
  assert.deepEqual(page.socket.posts, ['no room']);
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new DOMException('Not here.', 'SecurityError');
    },
  });
  t.after(() => Object.defineProperty(globalThis, 'localStorage', { configurable: true, writable: true, value: undefined }));
  page.chat.post('forbidden');
  assert.deepEqual(page.socket.posts, ['no room', 'forbidden']);
});

test('a new visitor whose connection breaks before it is settled is not taken for connected', (t) => {
  surround(t);
  const page = new Page();
  page.chat.start();
  const { socket } = page;
  socket.opens();
  socket.says({ type: 'welcome', visitor: TOKEN, organization: { id: 1, name: 'Shop' }, cursor: { epoch: EPOCH, seq: 0 } });
  socket.ends();
  pass(200);
  assert.equal(page.chat.link(), 'offline');
});

test('what is shown in a window behind another is not read', (t) => {
  surround(t);
  const page = new Page();
  const socket = page.welcome();
  document.hasFocus = () => false;
  page.chat.look(true);
  socket.says(said(1, 'anybody there?', 'Anna'));
  assert.deepEqual(socket.sent.filter(({ type }) => type === 'read'), []);
  document.hasFocus = () => true;
  page.fire('focus');
  assert.deepEqual(socket.sent.filter(({ type }) => type === 'read'), [{ type: 'read', seq: 1 }]);
});
