/** The next person at the same browser sees nothing of the former one. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PREFIX, Page, TOKEN, pass, reset, surround } from './fakes.js';
import { UNKNOWN, leave, meet, timeOf } from './person.js';

const ANNA = { name: 'Anna Ek', phone: '+46 8 123 456' };
const BEN = { name: 'Ben', phone: '' };
const NOBODY = { name: '', phone: '' };
const helloOf = (socket) => socket.sent.find(({ type }) => type === 'hello');

const MEETINGS = [
  [undefined, ANNA, 'same'],
  [ANNA, ANNA, 'same'],
  [ANNA, { name: ' anna  ek', phone: '' }, 'same'],
  [ANNA, { name: 'Anna Berg', phone: '+46-8-123456' }, 'same'],
  [ANNA, NOBODY, 'same'],
  [NOBODY, BEN, 'same'],
  [{ name: 'Anna', phone: '' }, { name: '', phone: '5' }, 'same'],
  [ANNA, BEN, 'other'],
  [ANNA, { name: 'Ben', phone: '+46 8 999' }, 'other'],
  [{ name: '', phone: '1' }, { name: '', phone: '2' }, 'other'],
];
for (const [first, second, expected] of MEETINGS) {
  test(`${JSON.stringify(first ?? null)}, then ${JSON.stringify(second)}: the ${expected}`, () => {
    const before = first ? meet(leave(), first) : UNKNOWN;
    const after = meet(before, second);
    assert.equal(timeOf(after) === timeOf(before) ? 'same' : 'other', expected);
    assert.doesNotMatch(after.split('.').slice(1).join(' '), /anna|berg|468/i);
  });
}

test('somebody else finds no word of the former, and is another visitor', (t) => {
  const local = surround(t);
  const anna = new Page(ANNA);
  anna.chat.storage.keepDraft('half a sen');
  anna.chat.storage.keepOpen(true);
  anna.welcome({ frames: [reset(1, [{ seq: 1, client_id: 'x', operator: 'Mia', text: 'Dear Anna', at: 1 }])] });
  anna.socket.ends();
  anna.chat.post('not sent');
  anna.chat.end();

  const ben = new Page(BEN);
  assert.deepEqual(ben.waiting, []);
  assert.equal(ben.chat.storage.draft(), '');
  assert.equal(ben.chat.storage.isOpen(), false);
  ben.chat.start();
  ben.socket.opens();
  assert.deepEqual(helloOf(ben.socket), { type: 'hello', organization: 1, customer: BEN });
  assert.doesNotMatch(JSON.stringify({ ...local, ...sessionStorage }), /half|not sent|visitor-1/);

  // The same person again goes on.
  ben.welcome({ visitor: 'visitor-2' });
  ben.chat.end();
  const again = new Page(BEN);
  again.socket.opens();
  assert.equal(helloOf(again.socket).visitor, 'visitor-2');
});

test('whoever logs out leaves nothing, in no tab', (t) => {
  const local = surround(t);
  const first = new Page(ANNA);
  first.welcome();
  const second = new Page(ANNA);
  second.welcome();
  const before = local.getItem(`${PREFIX}person`);
  first.chat.leave();
  second.hears('person', before, local.getItem(`${PREFIX}person`));
  assert.equal(second.left, 1);
  assert.equal(second.socket.readyState, 3);
  // The tab that was told does not bring anything back, nor does it hear any more.
  second.hears('visitor', TOKEN, '');
  second.hears(null, null, null);
  pass(60_000);
  assert.equal(local.getItem(`${PREFIX}visitor`), '');
  const next = new Page(NOBODY);
  next.chat.start();
  next.socket.opens();
  assert.equal(helloOf(next.socket).visitor, undefined);
});

test('a page that was put away while somebody else came, comes back empty', (t) => {
  const local = surround(t);
  const anna = new Page(ANNA);
  anna.welcome();
  anna.fire('pagehide');
  const { socket } = anna;
  new Page(BEN);
  anna.fire('pageshow');
  assert.equal(anna.left, 1);
  assert.equal(anna.socket, socket);
  assert.equal(local.getItem(`${PREFIX}visitor`), '');
});

test('a name that becomes known is no other person, also after all was cleared', (t) => {
  const local = surround(t);
  new Page(NOBODY).welcome();
  const anna = new Page(ANNA);
  anna.welcome();
  assert.equal(helloOf(anna.socket).visitor, TOKEN);
  local.clear();
  anna.hears(null, null, null);
  new Page(BEN);
  assert.equal(local.getItem(`${PREFIX}visitor`), '');
});
