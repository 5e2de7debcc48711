/** Every order in which the session's promise could be broken, as data. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import './bundled.js';
import { rows } from './rows.js';
import { apply, cursor, initial, unread } from './session.js';

const EPOCH = 'e1';
const AT = 1_795_000_000_000;
const unsent = (id, text = id, at = AT) => ({ client_id: id, text, at });
const compose = (id) => ({ type: 'compose', unsent: unsent(id) });
const own = (seq, id) => ({ seq, client_id: id, text: id, at: AT });
const theirs = (seq, operator = 'Anna') => ({ seq, client_id: `o${seq}`, operator, text: `answer ${seq}`, at: AT });
const event = (seq, event, prev = seq - 1) => ({ type: 'event', seq, prev, at: AT, event });
const said = (message, prev) => event(message.seq, { kind: 'message', message }, prev);
const ack = (seq, id) => ({ type: 'ack', client_id: id, seq });
const reject = (id) => ({ type: 'reject', client_id: id, code: 'message_too_long', detail: 'Too long.' });
const welcome = (seq, epoch = EPOCH) => ({ type: 'welcome', visitor: 'v', organization: { id: 1, name: 'Shop' }, cursor: { epoch, seq } });
const heartbeat = (seq, epoch = EPOCH) => ({ type: 'heartbeat', cursor: { epoch, seq } });
const reset = (seq, messages = [], rest = {}, epoch = EPOCH) => ({
  type: 'reset',
  cursor: { epoch, seq },
  snapshot: { messages, more: false, status: messages.length ? 1 : null, read_by_me: 0, read_by_operators: 0, ...rest },
});

/** What a test compares: messages by seq and name, outbox by name. */
const picture = (state) => ({
  messages: state.messages.map(({ seq, client_id }) => `${seq}:${client_id}`).join(' '),
  outbox: state.outbox.map(({ client_id, failed }) => client_id + (failed ? '!' : '')).join(' '),
  at: state.seq,
  gap: state.gap,
});

const CASES = {
  'a message goes from the outbox to the list by ack, then event': [
    [reset(0), compose('a'), ack(1, 'a'), said(own(1, 'a'))],
    { messages: '1:a', outbox: '', at: 1, gap: false },
  ],
  'or by event, then ack': [
    [reset(0), compose('a'), said(own(1, 'a')), ack(1, 'a')],
    { messages: '1:a', outbox: '', at: 1, gap: false },
  ],
  'an ack alone shows it as sent and does not move the cursor': [
    [reset(0), compose('a'), ack(1, 'a')],
    { messages: '1:a', outbox: '', at: 0, gap: false },
  ],
  'a second ack changes nothing': [
    [reset(0), compose('a'), ack(1, 'a'), ack(1, 'a'), said(own(1, 'a')), ack(1, 'a')],
    { messages: '1:a', outbox: '', at: 1, gap: false },
  ],
  'acks out of order keep the order of the log': [
    [reset(0), compose('a'), compose('b'), ack(2, 'b'), ack(1, 'a')],
    { messages: '1:a 2:b', outbox: '', at: 0, gap: false },
  ],
  'a snapshot settles what was stored before the ack was lost': [
    [compose('a'), compose('b'), reset(1, [own(1, 'a')])],
    { messages: '1:a', outbox: 'b', at: 1, gap: false },
  ],
  'an operator may use the same name without settling it': [
    [reset(0), compose('a'), said({ ...theirs(1), client_id: 'a' })],
    { messages: '1:a', outbox: 'a', at: 1, gap: false },
  ],
  'another tab may settle it': [
    [reset(0), compose('a'), { type: 'discard', client_id: 'a' }, said(own(1, 'a'))],
    { messages: '1:a', outbox: '', at: 1, gap: false },
  ],
  'an event that was seen is ignored': [
    [reset(1, [theirs(1)]), said(theirs(1)), said(theirs(2)), said(theirs(2))],
    { messages: '1:o1 2:o2', outbox: '', at: 2, gap: false },
  ],
  'one that is older than the last is a gap: it is of another numbering': [
    [reset(7, [theirs(7)]), said(theirs(3))],
    { messages: '7:o7', outbox: '', at: 7, gap: true },
  ],
  'a gap is seen and nothing after it is shown': [
    [reset(1, [theirs(1)]), said(theirs(3)), said(theirs(4))],
    { messages: '1:o1', outbox: '', at: 1, gap: true },
  ],
  'a snapshot closes the gap': [
    [reset(1, [theirs(1)]), said(theirs(3)), reset(3, [theirs(1), theirs(2), theirs(3)]), said(theirs(4))],
    { messages: '1:o1 2:o2 3:o3 4:o4', outbox: '', at: 4, gap: false },
  ],
  'the first event needs no snapshot when it is the first': [
    [said(theirs(1))],
    { messages: '1:o1', outbox: '', at: 1, gap: false },
  ],
  'but does when it is not': [[said(theirs(5))], { messages: '', outbox: '', at: null, gap: true }],
  'a heartbeat that is level is well': [
    [reset(1, [theirs(1)]), heartbeat(1)],
    { messages: '1:o1', outbox: '', at: 1, gap: false },
  ],
  'a heartbeat that is ahead is a gap': [
    [reset(1, [theirs(1)]), heartbeat(2)],
    { messages: '1:o1', outbox: '', at: 1, gap: true },
  ],
  'a heartbeat of another epoch is a gap': [
    [reset(1, [theirs(1)]), heartbeat(1, 'e2')],
    { messages: '1:o1', outbox: '', at: 1, gap: true },
  ],
  'an unknown event takes its place in the order': [
    [reset(1, [theirs(1)]), event(2, { kind: 'of the future' }), said(theirs(3))],
    { messages: '1:o1 3:o3', outbox: '', at: 3, gap: false },
  ],
  'an unknown frame is ignored': [
    [reset(1, [theirs(1)]), { type: 'of the future' }, { type: 'constructor' }, {}],
    { messages: '1:o1', outbox: '', at: 1, gap: false },
  ],
  'the outbox survives a lost connection, a gap and a new snapshot': [
    [reset(0), compose('a'), { type: 'lost' }, said(theirs(2)), reset(2, [theirs(1), theirs(2)])],
    { messages: '1:o1 2:o2', outbox: 'a', at: 2, gap: false },
  ],
  'and a new visitor': [
    [reset(1, [own(1, 'x')]), compose('a'), { type: 'forget' }, reset(0, [], {}, 'e1')],
    { messages: '', outbox: 'a', at: 0, gap: false },
  ],
  'a refused message stays with its reason': [
    [reset(0), compose('a'), reject('a')],
    { messages: '', outbox: 'a!', at: 0, gap: false },
  ],
  'one that was too much at once goes on waiting': [
    [reset(0), compose('a'), { ...reject('a'), code: 'too_many_requests' }],
    { messages: '', outbox: 'a', at: 0, gap: false },
  ],
  'and can be tried again': [
    [reset(0), compose('a'), reject('a'), { type: 'retry', client_id: 'a' }, ack(1, 'a')],
    { messages: '1:a', outbox: '', at: 0, gap: false },
  ],
  'or given up': [
    [reset(0), compose('a'), reject('a'), { type: 'discard', client_id: 'a' }],
    { messages: '', outbox: '', at: 0, gap: false },
  ],
  'a late refusal does not undo an ack': [
    [reset(0), compose('a'), ack(1, 'a'), reject('a')],
    { messages: '1:a', outbox: '', at: 0, gap: false },
  ],
  'an old message sent again is not shown below younger ones': [
    [compose('a'), reset(9, [theirs(8), theirs(9)], { more: true }), ack(2, 'a')],
    { messages: '8:o8 9:o9', outbox: '', at: 9, gap: false },
  ],
  'a snapshot may come at any time': [
    [reset(3, [own(1, 'a'), theirs(3)]), compose('b'), said(theirs(4)), reset(2, [theirs(2)]), said(theirs(3))],
    { messages: '2:o2 3:o3', outbox: 'b', at: 3, gap: false },
  ],
  'an ack of what was erased since brings nothing back': [
    [reset(0), compose('a'), reset(2, []), ack(1, 'a')],
    { messages: '', outbox: '', at: 2, gap: false },
  ],
  'earlier messages that were asked for before an erasure do not come back': [
    [
      reset(9, [theirs(9)], { more: true }),
      { type: 'earlier' },
      reset(10, [theirs(9)], { more: true }),
      { type: 'earlier' },
      { type: 'history', messages: [theirs(7), theirs(8)], more: true },
    ],
    { messages: '9:o9', outbox: '', at: 10, gap: false },
  ],
  'and can be asked for anew': [
    [
      reset(9, [theirs(9)], { more: true }),
      { type: 'earlier' },
      reset(10, [theirs(9)], { more: true }),
      { type: 'history', messages: [theirs(7), theirs(8)], more: true },
      { type: 'earlier' },
      { type: 'history', messages: [theirs(8)], more: true },
      { type: 'earlier' },
      { type: 'history', messages: [theirs(5), theirs(6)], more: false },
    ],
    { messages: '5:o5 6:o6 8:o8 9:o9', outbox: '', at: 10, gap: false },
  ],
  'another tab’s message takes its place in the order of writing': [
    [{ type: 'compose', unsent: unsent('b', 'b', 2) }, { type: 'compose', unsent: unsent('a', 'a', 1) }],
    { messages: '', outbox: 'a b', at: null, gap: false },
  ],
  'and keeps it when it changes': [
    [compose('a'), compose('b'), { type: 'compose', unsent: { ...unsent('a'), failed: 'message_too_long' } }],
    { messages: '', outbox: 'a! b', at: null, gap: false },
  ],
  'history goes before': [
    [
      reset(3, [theirs(3)], { more: true }),
      { type: 'earlier' },
      { type: 'history', messages: [theirs(1), theirs(2), theirs(3)], more: false },
    ],
    { messages: '1:o1 2:o2 3:o3', outbox: '', at: 3, gap: false },
  ],
};

for (const [name, [actions, expected]] of Object.entries(CASES)) {
  test(name, () => assert.deepEqual(picture(actions.reduce(apply, initial())), expected));
}

test('a refusal keeps the text', () => {
  const [kept] = [reset(0), compose('a'), reject('a')].reduce(apply, initial()).outbox;
  assert.deepEqual(kept, { ...unsent('a'), failed: 'message_too_long' });
});

test('hello resumes only from a whole picture', () => {
  const after = (...actions) => cursor(actions.reduce(apply, initial()));
  assert.equal(after(), undefined);
  assert.deepEqual(after(reset(2)), { epoch: EPOCH, seq: 2 });
  assert.equal(after(reset(2), said(theirs(9))), undefined);
  assert.equal(after(reset(2), { type: 'forget' }), undefined);
});

test('a customer’s message opens a closed chat, an operator’s does not', () => {
  const closed = [reset(0), said(own(1, 'a')), event(2, { kind: 'chat_status', status: 4 })].reduce(apply, initial());
  assert.equal(closed.status, 4);
  assert.equal(apply(closed, said(theirs(3))).status, 4);
  assert.equal(apply(closed, said(own(3, 'b'))).status, 0);
});

test('an erased chat is gone at once, and the thread goes on in whatever numbering', () => {
  const before = [welcome(0), reset(0), said(own(1, 'a')), said(theirs(2)), { type: 'seen', seq: 2 }, compose('b')];
  const erased = [...before, event(3, { kind: 'erased' })].reduce(apply, initial());
  assert.deepEqual(erased, { ...initial([unsent('b')], 'Shop'), gap: true });
  assert.equal(cursor(erased), undefined);
  // Counted from the beginning: nothing of the former life is taken for read, or for a place to go on from.
  const anew = [welcome(1), reset(1, [theirs(1)]), said(own(2, 'b')), said(theirs(3))].reduce(apply, erased);
  assert.deepEqual(picture(anew), { messages: '1:o1 2:b 3:o3', outbox: '', at: 3, gap: false });
  assert.equal(unread(anew), 2);
});

test('a window that missed an erasure reads on in the new numbering', () => {
  const former = [reset(40, [own(39, 'a'), theirs(40)]), { type: 'seen', seq: 40 }].reduce(apply, initial());
  const anew = [welcome(2), reset(2, [own(1, 'b'), theirs(2)])].reduce(apply, former);
  assert.deepEqual(picture(anew), { messages: '1:b 2:o2', outbox: '', at: 2, gap: false });
  assert.equal(unread(anew), 1);
});

test('a restored database: what waits is kept, positions of the other epoch are not', () => {
  const former = [reset(40, [theirs(40)], { read_by_operators: 39 }), { type: 'seen', seq: 40 }, compose('a')].reduce(apply, initial());
  const between = apply(former, welcome(3, 'e2'));
  assert.equal(cursor(between), undefined);
  assert.equal(between.readByMe, 0);
  assert.deepEqual(between.outbox, [unsent('a')]);
  const after = [reset(3, [theirs(3)], {}, 'e2'), said(own(4, 'a'))].reduce(apply, between);
  assert.deepEqual(picture(after), { messages: '3:o3 4:a', outbox: '', at: 4, gap: false });
  assert.equal(unread(after), 1);
  assert.equal(after.readByOperators, 0);
});

test('a welcome from where we are needs no new picture', () => {
  const state = [welcome(2), reset(2, [theirs(2)]), welcome(2), said(theirs(3))].reduce(apply, initial());
  assert.deepEqual(picture(state), { messages: '2:o2 3:o3', outbox: '', at: 3, gap: false });
  // From elsewhere nothing is taken until it is there.
  const elsewhere = [welcome(2), reset(2, [theirs(2)]), welcome(5), said(theirs(6))].reduce(apply, initial());
  assert.deepEqual(picture(elsewhere), { messages: '2:o2', outbox: '', at: null, gap: true });
});

test('unread are the answers after the read position, which never goes back', () => {
  let state = apply(initial(), reset(3, [own(1, 'a'), theirs(2), theirs(3)], { read_by_me: 1 }));
  assert.equal(unread(state), 2);
  state = apply(state, { type: 'seen', seq: 3 });
  assert.equal(unread(state), 0);
  assert.equal(apply(state, { type: 'seen', seq: 2 }), state);
  // A reading that the server has not heard of yet survives a snapshot of the same log, and no other.
  assert.equal(unread(apply(state, reset(3, [theirs(2), theirs(3)], { read_by_me: 1 }))), 0);
  assert.equal(unread(apply(state, reset(3, [theirs(2), theirs(3)], { read_by_me: 1 }, 'e2'))), 2);
});

test('rows say what became of each own message, and who spoke', () => {
  const states = (...actions) =>
    rows([reset(0), ...actions].reduce(apply, initial()))
      .filter(({ day }) => !day)
      .map(({ id, state, told, first, last }) => `${id} ${state ?? '-'}${told ? ' told' : ''}${first ? ' [' : ''}${last ? ' ]' : ''}`);
  assert.deepEqual(
    states(said(own(1, 'a')), said(own(2, 'b')), event(3, { kind: 'read', up_to: 1 }), said(theirs(4)), compose('c')),
    ['a read [', 'b sent told ]', 'o4 - [ ]', 'c sending told [ ]'],
  );
  assert.deepEqual(states(compose('a'), compose('b'), reject('a')), ['a failed told [ ]', 'b sending told [ ]']);
});

test('rows of a slow clock never put an older day below', () => {
  const day = 86_400_000;
  const state = [reset(1, [own(1, 'a')]), { type: 'compose', unsent: unsent('b', 'b', AT - day) }].reduce(apply, initial());
  assert.deepEqual(rows(state).map(({ key, day }) => (day ? 'day' : key)), ['day', 'a', 'b']);
});
