// A demonstration of a sample's own: the real binary on a free port, on a copy of a freshly made data directory.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Milliseconds for a start: migrations and demo data, on a busy machine. */
const START_MS = 30_000;

const { CHATHUB_BIN, ...env } = process.env;
const BIN = resolve(import.meta.dirname, '../..', CHATHUB_BIN || 'target/release/chathub');

const running = new Set();
// Nothing is left behind, however the tests end.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Makes the demonstration's data once, and starts as many servers on it as are asked for, none seeing another's. */
export class Demonstration {
  #folder;
  #count = 0;

  static async make() {
    const made = new Demonstration();
    made.#folder = await mkdtemp(join(tmpdir(), 'chathub-samples-'));
    try {
      const hub = await made.#start(join(made.#folder, 'fresh'), []);
      await hub.stop();
    } catch (error) {
      await made.remove();
      throw error;
    }
    return made;
  }

  /** @param {string[]} flags for `serve`, beside `--demo`. */
  async start(flags = []) {
    const dataDir = join(this.#folder, `${(this.#count += 1)}`);
    await cp(join(this.#folder, 'fresh'), dataDir, { recursive: true });
    return this.#start(dataDir, flags);
  }

  async remove() {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(dataDir, flags, listen = '127.0.0.1:0') {
    const child = spawn(BIN, ['serve', '--demo', '--listen', listen, '--data-dir', dataDir, ...flags], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let log = '';
    let late;
    const url = await new Promise((resolve, reject) => {
      late = setTimeout(() => reject(new Error(`The server did not listen in time.\n${log}`)), START_MS);
      const heard = (data) => {
        log += data;
        const [, address] = /listening on (http:\S+)/.exec(log) ?? [];
        if (address) resolve(address);
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', heard);
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`The server ended with ${code ?? signal}.\n${log}`)));
    }).finally(() => clearTimeout(late));
    /** @param {NodeJS.Signals} [signal] */
    const stop = async (signal = 'SIGTERM') => {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      running.delete(child);
    };
    /** The same server again, at the same address. */
    const again = () => this.#start(dataDir, flags, new URL(url).host);
    return { url, stop, again };
  }
}
