/** A page as `chat.js` finds it around itself, for tests: storage, sockets, the window's events, and time that is set. */

import { mock } from 'node:test';

import { createChat } from './chat.js';

export const EPOCH = 'e1';
export const TOKEN = 'visitor-1';
const HUB = 'https://hub.example';
/** The first part of every key. */
export const PREFIX = `chathub:${HUB}:1:`;

/** @param {number} seq @param {object[]} [messages] @param {object} [rest] */
export const reset = (seq, messages = [], rest = {}, epoch = EPOCH) => ({
  type: 'reset',
  cursor: { epoch, seq },
  snapshot: { messages, more: false, status: messages.length ? 1 : null, read_by_me: 0, read_by_operators: 0, ...rest },
});

/** The page whose code runs, where that is known. @type {Page | undefined} */
let running;

/** @template T @param {Page | undefined} page @param {(...given: any[]) => T} code */
export const inside = (page, code) => (...given) => {
  const former = running;
  running = page;
  try {
    return code(...given);
  } finally {
    running = former;
  }
};

/** A browser's storage. */
class FakeStorage {
  /** What setting an item throws, as when storage is full. @type {Error | undefined} */
  full;
  /** Is told of every change and whose it was. */
  #tell;
  constructor(tell = () => {}) {
    this.#tell = tell;
  }
  getItem(key) {
    return Object.hasOwn(this, key) && key !== 'full' ? this[key] : null;
  }
  setItem(key, value) {
    if (this.full) throw this.full;
    const before = this.getItem(key);
    this[key] = String(value);
    if (before !== this[key]) this.#tell({ key, oldValue: before, newValue: this[key] }, running);
  }
  removeItem(key) {
    const before = this.getItem(key);
    delete this[key];
    if (before !== null) this.#tell({ key, oldValue: before, newValue: null }, running);
  }
  clear() {
    for (const key of Object.keys(this)) if (key !== 'full') delete this[key];
    this.#tell({ key: null, oldValue: null, newValue: null }, running);
  }
}

export class FakeSocket {
  /** @type {FakeSocket[]} */
  static all = [];
  readyState = 0;
  /** @type {any[]} what the page has sent */
  sent = [];
  page = running;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  /** The hub accepts it. */
  opens() {
    this.readyState = 1;
    inside(this.page, this.onopen)();
  }
  /** @param {...object} frames of the hub */
  says(...frames) {
    for (const frame of frames) inside(this.page, this.onmessage)({ data: JSON.stringify(frame) });
  }
  ends() {
    this.readyState = 3;
    if (this.onclose) inside(this.page, this.onclose)();
  }
  /** The texts of the posts, in order. */
  get posts() {
    return this.sent.filter(({ type }) => type === 'post').map(({ text }) => text);
  }
  get heartbeats() {
    return this.sent.filter(({ type }) => type === 'heartbeat').length;
  }
}

/** Puts the fakes in place, for one test. @param {import('node:test').TestContext} t @param {(change: object, page?: Page) => void} [tell] */
export function surround(t, tell) {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_795_000_000_000 });
  mock.method(console, 'info', () => {});
  FakeSocket.all = [];
  const local = new FakeStorage(tell);
  Object.assign(globalThis, { localStorage: local, sessionStorage: new FakeStorage(), WebSocket: FakeSocket });
  // What a page starts goes on as that page's.
  for (const name of ['setTimeout', 'setInterval']) {
    const start = globalThis[name];
    globalThis[name] = (code, ...given) => start(inside(running, code), ...given);
  }
  t.after(() => {
    mock.timers.reset();
    mock.restoreAll();
  });
  return local;
}

/** One page with the chat. */
export class Page {
  /** @param {{name: string, phone: string}} [customer] */
  constructor(customer = { name: '', phone: '' }) {
    this.window = new EventTarget();
    const document = Object.assign(new EventTarget(), { hidden: false, hasFocus: () => true });
    const addEventListener = this.window.addEventListener.bind(this.window);
    Object.assign(globalThis, { document, addEventListener });
    /** How often it was told that somebody else is here. */
    this.left = 0;
    const start = () => createChat({ hub: HUB, organization: '1', customer, onChange() {}, onOther: () => this.left++ });
    this.chat = inside(this, start)();
    for (const [name, act] of Object.entries(this.chat)) {
      if (typeof act === 'function') this.chat[name] = inside(this, act);
    }
    this.chat.resume();
  }

  /** An event of its window. @param {Event | string} event */
  fire(event) {
    inside(this, () => this.window.dispatchEvent(typeof event === 'string' ? new Event(event) : event))();
  }

  /** The newest socket of all pages. */
  get socket() {
    return FakeSocket.all.at(-1);
  }

  /** Opens its newest socket, where it is welcomed. @param {object} [given] */
  welcome({ visitor = TOKEN, frames = [reset(0)], epoch = EPOCH, seq } = {}) {
    this.chat.start();
    const { socket } = this;
    socket.opens();
    const at = seq ?? frames.find(({ type }) => type === 'reset')?.cursor.seq ?? 0;
    socket.says({ type: 'welcome', visitor, organization: { id: 1, name: 'Shop' }, cursor: { epoch, seq: at }, build: 'b' });
    socket.says(...frames);
    // A new visitor waits for other tabs first.
    mock.timers.tick(100);
    return socket;
  }

  /** Another page of the browser has changed the storage. */
  hears(key, oldValue, newValue) {
    this.fire(Object.assign(new Event('storage'), { key: key && PREFIX + key, oldValue, newValue }));
  }

  /** The outbox: texts, with a mark where it is not sent for good. */
  get waiting() {
    return this.chat.state().outbox.map(({ text, failed }) => text + (failed ? '!' : ''));
  }

  get shown() {
    return this.chat.state().messages.map(({ text }) => text);
  }
}

/** The hub's answers to posts of a socket. */
export const refuse = (socket, index, code) =>
  socket.says({ type: 'reject', client_id: posted(socket, index), code, detail: 'Tell the administrator.' });
export const ack = (socket, index, seq = index + 1) => socket.says({ type: 'ack', client_id: posted(socket, index), seq });
export const posted = (socket, index) => socket.sent.filter(({ type }) => type === 'post')[index].client_id;

/** Time passes, in steps: what a timer starts is a timer of its own. @param {number} ms */
export function pass(ms) {
  for (let left = ms; left > 0; left -= 50) mock.timers.tick(Math.min(50, left));
}
