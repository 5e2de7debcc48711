/**
 * The promise as a whole: a customer writes while links break or swallow everything, the hub refuses, restarts, erases
 * and is restored, pages are reloaded and storage is cleared. In the end every message is in the log, once and in the
 * order of writing, and the window shows the log. Run: `node --test frontend/modules`.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FakeSocket, Page, inside, pass, surround } from './fakes.js';

const SEEDS = 50;
const STEPS = 120;
/** Milliseconds for which the hub holds back what follows a refused message. */
const HELD_MS = 60_000;
/** Messages in a picture, and in a page of history. */
const PAGE = 8;

/** @param {number} seed */
function random(seed) {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A hub as the customer chat meets it. */
class Hub {
  epoch = 1;
  keys = 1;
  /** What every visitor's thread holds: events by `seq`, erased ones without their message. */
  threads = new Map();
  sessions = new Set();
  isRefusing = false;

  thread(visitor) {
    if (!this.threads.has(visitor)) this.threads.set(visitor, []);
    return this.threads.get(visitor);
  }

  messages(visitor) {
    return this.thread(visitor).filter(({ kind }) => kind === 'message').map(({ message }) => message);
  }

  append(visitor, event) {
    const thread = this.thread(visitor);
    const seq = thread.length + 1;
    if (event.message) event.message.seq = seq;
    thread.push(event);
    for (const session of this.sessions) {
      if (session.visitor === visitor) session.tell({ type: 'event', seq, prev: seq - 1, at: 1, event });
    }
    return seq;
  }

  erase(visitor) {
    const thread = this.thread(visitor);
    for (const [index, { kind }] of thread.entries()) if (kind === 'message') thread[index] = { kind: 'erased' };
    this.append(visitor, { kind: 'erased' });
  }

  page(visitor, before = Infinity) {
    const older = this.messages(visitor).filter(({ seq }) => seq < before);
    return { messages: older.slice(-PAGE), more: older.length > PAGE };
  }

  picture(visitor) {
    const cursor = { epoch: `e${this.epoch}`, seq: this.thread(visitor).length };
    return { type: 'reset', cursor, snapshot: { ...this.page(visitor), status: 1, read_by_me: 0, read_by_operators: 0 } };
  }
}

/** One connection to it. */
class Session {
  taken = 0;
  toPage = [];
  swallows = false;
  held;

  constructor(hub, socket) {
    this.hub = hub;
    this.socket = socket;
    socket.opens();
    hub.sessions.add(this);
  }

  tell(frame) {
    this.toPage.push(JSON.parse(JSON.stringify(frame)));
  }

  /** Takes some of what the page has sent, and hands over some of what it is told. */
  move(chance) {
    while (this.taken < this.socket.sent.length && chance() < 0.8) this.take(this.socket.sent[this.taken++], chance);
    while (this.toPage.length > 0 && chance() < 0.8 && this.socket.readyState === 1) {
      const frame = this.toPage.shift();
      if (!this.swallows) this.socket.says(frame);
    }
    if (this.socket.readyState !== 1) this.hub.sessions.delete(this);
  }

  take(frame, chance) {
    if (this.swallows) return;
    const { hub } = this;
    if (frame.type === 'hello') {
      const [, keys] = frame.visitor?.split('/') ?? [];
      if (keys && Number(keys) !== hub.keys) {
        this.tell({ type: 'bye', code: 'token_invalid', detail: 'No.', reconnect: false });
        return;
      }
      this.visitor = frame.visitor ?? `v${Math.floor(chance() * 1e9)}/${hub.keys}`;
      const head = hub.thread(this.visitor).length;
      const { cursor } = frame;
      const resumes = cursor && cursor.epoch === `e${hub.epoch}` && cursor.seq <= head;
      this.tell({
        type: 'welcome',
        visitor: this.visitor,
        organization: { id: 1, name: 'Shop' },
        cursor: { epoch: `e${hub.epoch}`, seq: resumes ? cursor.seq : head },
      });
      if (!resumes) this.tell(hub.picture(this.visitor));
      else {
        for (const [index, event] of hub.thread(this.visitor).entries()) {
          if (index >= cursor.seq) this.tell({ type: 'event', seq: index + 1, prev: index, at: 1, event });
        }
      }
    } else if (frame.type === 'heartbeat') {
      this.tell({ type: 'heartbeat', cursor: { epoch: `e${hub.epoch}`, seq: hub.thread(this.visitor).length } });
    } else if (frame.type === 'history') {
      this.tell({ type: 'history', ...hub.page(this.visitor, frame.before) });
    } else if (frame.type === 'post') {
      this.post(frame, chance);
    }
  }

  post({ client_id, text }, chance) {
    const { hub, visitor } = this;
    const holds = this.held && this.held.client_id !== client_id && Date.now() < this.held.until;
    if (holds || (hub.isRefusing && chance() < 0.6)) {
      if (!holds) this.held = { client_id, until: Date.now() + HELD_MS };
      this.tell({ type: 'reject', client_id, code: holds ? 'too_many_requests' : 'unavailable', detail: 'Tell the administrator.' });
      return;
    }
    this.held = undefined;
    const known = hub.messages(visitor).find((message) => message.client_id === client_id);
    const seq = known?.seq ?? hub.append(visitor, { kind: 'message', message: { client_id, text, at: 1 } });
    this.tell({ type: 'ack', client_id, seq });
  }
}

/**
 * What happens to some tabs of one browser, by a seed.
 * @param {import('node:test').TestContext} t @param {number} seed
 * @param {{tabs?: number, erases?: boolean, restores?: boolean}} given
 */
function story(t, seed, { tabs = 1, erases, restores }) {
  const chance = random(seed);
  const any = (list) => list[Math.floor(chance() * list.length)];
  /** Changes of the storage that a tab has not heard of yet. @type {Map<Page, object[]>} */
  const news = new Map();
  const local = surround(t, (change, by) => {
    for (const [page, changes] of news) if (page !== by) changes.push(change);
  });
  t.mock.method(Math, 'random', chance);
  const hub = new Hub();
  const pages = [];
  const load = (index) => {
    news.delete(pages[index]);
    pages[index] = new Page();
    news.set(pages[index], []);
    pages[index].chat.start();
  };
  for (let index = 0; index < tabs; index++) load(index);
  /** Texts by tab. @type {string[][]} */
  const written = pages.map(() => []);
  /** @type {Map<FakeSocket, Session>} */
  const sessions = new Map();

  const move = () => {
    for (const socket of FakeSocket.all) {
      if (socket.readyState === 0 && chance() < 0.9) sessions.set(socket, new Session(hub, socket));
      sessions.get(socket)?.move(chance);
    }
    for (const [page, changes] of news) {
      while (changes.length > 0 && chance() < 0.8) page.fire(Object.assign(new Event('storage'), changes.shift()));
    }
  };
  const live = () => [...hub.sessions].filter(({ socket }) => socket.readyState === 1);
  const cut = (session) => {
    hub.sessions.delete(session);
    // What is on the way may still arrive.
    while (session.taken < session.socket.sent.length && chance() < 0.5) session.take(session.socket.sent[session.taken++], chance);
    session.socket.ends();
  };
  const visitor = () => pages[0].chat.storage.visitor();

  const acts = [
    [8, () => {
      const index = Math.floor(chance() * tabs);
      const text = `${'ab'[index]}${written[index].length}`;
      written[index].push(text);
      pages[index].chat.post(text);
    }],
    [2, () => visitor() && hub.append(visitor(), { kind: 'message', message: { client_id: `o${chance()}`, operator: 'Anna', text: 'answer', at: 1 } })],
    [2, () => live().forEach((session) => chance() < 0.7 && cut(session))],
    [1, () => live().forEach((session) => (session.swallows ||= chance() < 0.7))],
    [2, () => (hub.isRefusing = !hub.isRefusing)],
    [1, () => any(pages).fire(chance() < 0.5 ? 'online' : 'offline')],
    [1, () => any(pages).chat.earlier()],
    [1, () => any(pages).chat.look(chance() < 0.5)],
    [1, () => live().forEach((session) => session.visitor && session.tell(hub.picture(session.visitor)))],
    [1, () => {
      const index = Math.floor(chance() * tabs);
      // It is loaded anew, perhaps after a crash; but a crash after a clearing leaves nothing to go on with.
      if (!visitor() || chance() < 0.5) pages[index].fire('pagehide');
      pages[index].chat.end();
      load(index);
    }],
    // By a page of its own, or by what else runs in the chat's, of which no event tells it.
    [1, () => visitor() && inside(chance() < 0.5 ? any(pages) : undefined, () => local.clear())()],
  ];
  if (erases) acts.push([1, () => visitor() && pages.every(({ waiting }) => waiting.length === 0) && hub.erase(visitor())]);
  if (restores) {
    acts.push([1, () => {
      live().forEach(cut);
      // Another process: nothing of the former's connections is read any more.
      for (const session of sessions.values()) session.swallows = true;
      hub.epoch++;
      if (chance() < 0.5) hub.keys++;
      for (const thread of hub.threads.values()) thread.length = Math.floor(thread.length * chance());
    }]);
  }
  const weights = acts.flatMap(([weight, act]) => Array(weight).fill(act));

  for (let step = 0; step < STEPS; step++) {
    any(weights)();
    for (let moves = 0; moves < 3; moves++) {
      move();
      pass(chance() < 0.1 ? 8_000 : 150);
    }
  }
  hub.isRefusing = false;
  // Longer than a silent connection is believed in, and than the longest pause after that.
  for (let quiet = 0; quiet < 500; quiet++) {
    move();
    pass(250);
  }
  return { hub, pages, written };
}

/** Checks what must be true in the end. @param {ReturnType<typeof story>} end @param {{loses: boolean, doubles: boolean}} may */
function check({ hub, pages, written }, { loses, doubles }) {
  const own = (visitor) => hub.messages(visitor).filter(({ operator }) => !operator).map(({ text }) => text);
  const visitor = pages[0].chat.storage.visitor();
  const thread = hub.messages(visitor);
  for (const page of pages) {
    assert.deepEqual(page.waiting, [], 'all is sent');
    assert.equal(page.chat.link(), 'live');
    assert.equal(page.chat.state().gap, false);
    assert.deepEqual(page.shown, thread.slice(-page.shown.length || Infinity).map(({ text }) => text), 'the window shows the log');
    assert.ok(page.shown.length >= Math.min(PAGE, thread.length), 'and the end of it');
  }
  for (const someone of hub.threads.keys()) {
    const mine = own(someone);
    for (const texts of written) {
      const here = mine.filter((text) => texts.includes(text));
      assert.deepEqual(here, texts.filter((text) => here.includes(text)), 'in the order of writing, once');
    }
  }
  const all = [...hub.threads.keys()].flatMap(own);
  if (!loses) assert.deepEqual(written.flat().filter((text) => !all.includes(text)), [], 'nothing is lost');
  if (!loses && !doubles) assert.equal(all.length, written.flat().length, 'nothing is doubled');
}

const STORIES = {
  'whatever happens to links, hubs and pages': { given: {}, may: { loses: false, doubles: false } },
  'and when what was said is erased': { given: { erases: true }, may: { loses: true, doubles: false } },
  'and when the hub is restored, with its keys or with new ones': { given: { restores: true }, may: { loses: true, doubles: false } },
  // One of them may have spoken as somebody else, for as long as the others have not told it.
  'and in two tabs': { given: { tabs: 2 }, may: { loses: false, doubles: true } },
};

for (const [name, { given, may }] of Object.entries(STORIES)) {
  test(`${name}: ${SEEDS} stories`, async (t) => {
    for (let seed = 1; seed <= SEEDS; seed++) await t.test(`seed ${seed}`, (t) => check(story(t, seed, given), may));
  });
}
