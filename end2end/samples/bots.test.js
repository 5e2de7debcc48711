// The bots of docs/stream.md as they are meant to run: for days, while servers crash and they themselves are killed.
// Each customer is thanked once.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

import { Demonstration } from './hub.js';
import { LANGUAGES, samplesOf } from './markdown.js';

const ROOT = resolve(import.meta.dirname, '../..');
const PYTHON = join(ROOT, '.tools/python-samples/bin');
const WRITTEN = 'https://chat.example.com';
/** Milliseconds until something has happened that includes a bot's longest pause, on a busy machine. */
const PATIENCE_MS = 90_000;

let demonstration;
let folder;
let bots;

before(async () => {
  demonstration = await Demonstration.make();
  folder = await mkdtemp(join(tmpdir(), 'chathub-bots-'));
  await symlink(join(import.meta.dirname, 'node_modules'), join(folder, 'node_modules'));
  bots = samplesOf(await readFile(join(ROOT, 'docs/stream.md'), 'utf8')).filter(({ code }) => code.includes('STAY'));
});

after(async () => {
  await demonstration?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

for (const language of ['python', 'js']) {
  test(`the bot in ${language} thanks each customer once, whatever breaks`, { timeout: 4 * PATIENCE_MS }, async () => {
    const { code } = bots.find((sample) => sample.language === language);
    let hub = await demonstration.start();
    const company = await tokenOf(hub);
    const path = join(folder, LANGUAGES[language].file);
    await writeFile(path, code.replaceAll(WRITTEN, hub.url));
    const run = () => new Bot(language, path, company);
    let bot = run();
    try {
      await bot.answers(4);
      await bot.answers(5);
      await bot.answers(await write(hub));

      await hub.stop('SIGKILL');
      hub = await hub.again();
      await bot.answers(await write(hub));

      await bot.kill();
      const missed = await write(hub);
      bot = run();
      await bot.answers(missed);

      const chats = await ask(hub, company, '/api/chat/chats?per_page=100&organizationId=1');
      for (const { id } of chats.items) {
        const messages = await ask(hub, company, `/api/chat/chats/${id}/messages`);
        const thanks = messages.filter(({ text }) => text.startsWith('Thank you for writing!'));
        assert.equal(thanks.length, id >= 4 && id !== 6 && id !== 7 ? 1 : 0, `chat ${id}`);
      }
    } finally {
      await bot.kill();
      await hub.stop();
    }
  });
}

class Bot {
  #child;
  #lines = [];
  #heard = () => {};
  #complaint = '';

  constructor(language, path, company) {
    const { program, args } = LANGUAGES[language];
    const env = { ...process.env, PATH: `${PYTHON}:${process.env.PATH}`, COMPANY_TOKEN: company, STAY: '1', no_proxy: '127.0.0.1' };
    delete env.NODE_TEST_CONTEXT;
    this.#child = spawn(program, [...args, path], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#heard();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.#complaint += text));
    this.#child.once('exit', () => this.#heard());
  }

  async answers(chat) {
    const line = `answered ${chat}`;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    patience.addEventListener('abort', () => this.#heard());
    while (!this.#lines.includes(line)) {
      if (patience.aborted || this.#child.exitCode !== null) {
        assert.fail(`The bot did not say “${line}”, but:\n${this.#lines.join('\n')}\n${this.#complaint}`);
      }
      await new Promise((heard) => (this.#heard = heard));
    }
  }

  async kill() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** A new customer writes; resolves to the chat's id. */
async function write(hub) {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/api/stream`);
  const name = `Customer ${randomUUID()}`;
  await new Promise((done, fail) => {
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The connection ended.')));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', organization: 1, customer: { name } })));
    socket.on('message', (text) => {
      const frame = JSON.parse(text);
      if (frame.type === 'welcome') socket.send(JSON.stringify({ type: 'post', client_id: randomUUID(), text: 'Hello?' }));
      if (frame.type === 'ack') done();
      if (frame.type === 'reject') fail(new Error(frame.detail));
    });
  }).finally(() => socket.terminate());
  const found = await ask(hub, await tokenOf(hub), `/api/chat/chats?search=${encodeURIComponent(name)}`);
  return found.items[0].id;
}

async function tokenOf(hub) {
  const body = JSON.stringify({ login: 'demo', password: 'demo' });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${hub.url}/api/company/get-token`, { method: 'POST', headers, body });
  assert.ok(answer.ok, `A sign-in was answered with ${answer.status}.`);
  return answer.json();
}

async function ask(hub, token, path) {
  const answer = await fetch(hub.url + path, { headers: { Authorization: `Bearer ${token}` } });
  assert.ok(answer.ok, `${path} was answered with ${answer.status}.`);
  return answer.json();
}
