/** What a chat keeps in the browser, and for whom. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PREFIX, surround } from './fakes.js';
import { openStorage } from './storage.js';

const HUB = 'https://hub.example';
const open = () => openStorage(HUB, '1');
const unsent = (id, at = 1, text = id) => ({ client_id: id, text, at });
const ids = (storage) => storage.outbox().map(({ client_id }) => client_id);
const change = (name, oldValue, newValue) => ({ key: PREFIX + name, oldValue, newValue });

test('unsent messages survive the page, oldest first, until they are dropped', (t) => {
  surround(t);
  const storage = open();
  for (const [id, at] of [['b', 2], ['c', 3], ['a', 1]]) storage.keepUnsent(unsent(id, at));
  assert.deepEqual(ids(open()), ['a', 'b', 'c']);
  storage.dropUnsent('b');
  assert.deepEqual(open().outbox(), [unsent('a', 1), unsent('c', 3)]);
});

test('two tabs that write at once keep what each has written', (t) => {
  surround(t);
  const [one, other] = [open(), open()];
  one.keepUnsent(unsent('a', 1));
  other.keepUnsent(unsent('b', 2));
  assert.deepEqual(ids(one), ['a', 'b']);
  assert.deepEqual(ids(other), ['a', 'b']);
});

test('only a refusal that is for good is remembered with its message', (t) => {
  surround(t);
  open().keepUnsent({ ...unsent('long'), failed: 'message_too_long' });
  open().keepUnsent({ ...unsent('later', 2), failed: 'rate_limited' });
  assert.deepEqual(open().outbox(), [{ ...unsent('long'), failed: 'message_too_long' }, unsent('later', 2)]);
});

test('what a former version or somebody else has left is passed over, or made well-formed', (t) => {
  const local = surround(t);
  for (const [name, text] of Object.entries({ none: 'null', cut: '{"client_id":"x', other: '[1]', half: '{"client_id":"x"}' })) {
    local.setItem(`${PREFIX}out:${name}`, text);
  }
  local.setItem(`${PREFIX}out:emoji`, '{"client_id":"emoji","text":"half \\ud83d","at":"soon"}');
  assert.deepEqual(open().outbox(), [{ client_id: 'emoji', text: 'half \ufffd', at: 0 }]);
});

test('another organization and another hub have nothing in common with this one', (t) => {
  surround(t);
  const storage = open();
  storage.keepUnsent(unsent('a'));
  storage.keepVisitor('token');
  storage.keepName('Shop');
  for (const other of [openStorage(HUB, '11'), openStorage('https://other.example', '1')]) {
    assert.deepEqual([ids(other), other.visitor(), other.name()], [[], undefined, '']);
  }
});

test('a visitor token that was refused is told from one that never was', (t) => {
  surround(t);
  const storage = open();
  assert.equal(storage.visitor(), undefined);
  storage.keepVisitor('first');
  storage.dropVisitor('another');
  assert.equal(storage.visitor(), 'first', 'another tab has already replaced the refused one');
  storage.dropVisitor('first');
  assert.equal(storage.visitor(), '');
});

test('a draft, and whether the window is open, are a matter of the tab', (t) => {
  const local = surround(t);
  const storage = open();
  storage.keepDraft('half a sent');
  storage.keepOpen(true);
  assert.deepEqual([open().draft(), open().isOpen()], ['half a sent', true]);
  assert.deepEqual(Object.keys(local).filter((key) => key.startsWith(PREFIX)), []);
  storage.keepDraft('');
  storage.keepOpen(false);
  assert.deepEqual([open().draft(), open().isOpen(), Object.keys(sessionStorage).filter((key) => key !== 'full')], ['', false, []]);
});

test('where the browser forbids storage, everything lives as long as the page', (t) => {
  surround(t);
  const blocked = { configurable: true, get: () => { throw new DOMException('no', 'SecurityError'); } };
  for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(globalThis, name, blocked);
    t.after(() => delete globalThis[name]);
  }
  const storage = open();
  storage.keepUnsent(unsent('a'));
  storage.keepVisitor('token');
  storage.keepDraft('draft');
  assert.deepEqual([ids(storage), storage.visitor(), storage.draft()], [['a'], 'token', 'draft']);
  storage.dropUnsent('a');
  assert.deepEqual(ids(storage), []);
});

test('a full storage loses nothing either, and is used again when there is room', (t) => {
  const local = surround(t);
  const storage = open();
  storage.keepVisitor('old');
  local.full = new DOMException('full', 'QuotaExceededError');
  storage.keepUnsent(unsent('a'));
  storage.keepVisitor('new');
  assert.deepEqual([ids(storage), storage.visitor()], [['a'], 'new']);
  local.full = undefined;
  storage.keepVisitor('newest');
  assert.equal(open().visitor(), 'newest');
});

test('whoever comes next finds nothing of who was here', (t) => {
  surround(t);
  const storage = open();
  storage.meet({ name: 'Anna', phone: '' });
  storage.keepVisitor('of Anna');
  storage.keepUnsent(unsent('a'));
  storage.keepSeen({ epoch: 'e', seq: 5 });
  storage.keepDraft('Dear');
  storage.keepOpen(true);
  storage.keepName('Shop');
  storage.meet({ name: 'anna', phone: '1' });
  assert.deepEqual([storage.visitor(), ids(storage), storage.draft()], ['of Anna', ['a'], 'Dear'], 'the same person');

  const elsewhere = open();
  storage.meet({ name: 'Boris', phone: '2' });
  assert.deepEqual([storage.visitor(), ids(storage), storage.draft(), storage.isOpen()], ['', [], '', false]);
  assert.equal(storage.name(), 'Shop', 'the shop is the same');
  assert.deepEqual([storage.isOther(), elsewhere.isOther()], [false, true]);
});

test('whoever leaves takes everything along', (t) => {
  const local = surround(t);
  const storage = open();
  storage.keepVisitor('token');
  storage.keepUnsent(unsent('a'));
  storage.keepSeen({ epoch: 'e', seq: 5 });
  storage.keepDraft('Dear');
  storage.leave();
  assert.deepEqual([storage.visitor(), ids(storage), storage.draft()], ['', [], '']);
  assert.equal(local.getItem(`${PREFIX}seen`), null);
});

test('after all was cleared, a tab that knows who is here says so again', (t) => {
  const local = surround(t);
  const storage = open();
  storage.meet({ name: 'Anna', phone: '' });
  local.clear();
  assert.equal(storage.isOther(), false);
  storage.keepPerson();
  assert.equal(open().isOther(), false);
  assert.equal(local.getItem(`${PREFIX}person`) === null, false);
});

test('what another tab has changed is told in words of the chat', (t) => {
  surround(t);
  const { told } = open();
  const written = JSON.stringify(unsent('a'));
  for (const [event, expected] of [
    [{ key: null, oldValue: null, newValue: null }, { cleared: true }],
    [change('visitor', null, 'one'), { visitor: 'fresh' }],
    [change('visitor', '', 'one'), { visitor: 'other' }],
    [change('visitor', 'one', 'two'), { visitor: 'other' }],
    [change('visitor', 'one', null), { cleared: true }],
    [change('person', 'one', 'two'), { person: true }],
    [change('person', 'one', null), undefined],
    [change('seen', null, '{"epoch":"e","seq":5}'), { seen: { epoch: 'e', seq: 5 } }],
    [change('seen', null, '{"epoch":'), undefined],
    [change('seen', '{}', null), undefined],
    [change('out:a', null, written), { unsent: unsent('a') }],
    [change('out:a', written, null), { gone: 'a' }],
    [change('name', null, 'Shop'), undefined],
    [{ key: 'cart', oldValue: null, newValue: '1' }, undefined],
    [{ key: `chathub:${HUB}:11:out:a`, oldValue: null, newValue: written }, undefined],
  ]) {
    assert.deepEqual(told(event), expected, JSON.stringify(event));
  }
});
