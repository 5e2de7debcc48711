// WebKitGTK by plain W3C WebDriver: a driver, a browser and its profile for each party, on a display of Xvfb's.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../fixtures/hub.ts';
import { type Engine, type Keys, type Party, START_MS, VIEWPORT } from './party.ts';

/** WebDriver's names of the keys that write nothing. */
const KEYS: Record<string, string> = {
  Tab: '\uE004',
  Enter: '\uE006',
  Shift: '\uE008',
  Control: '\uE009',
  Escape: '\uE00C',
  ' ': ' ',
  End: '\uE010',
  ArrowUp: '\uE013',
  ArrowDown: '\uE015',
};

export async function launch(miniBrowser: string): Promise<Engine> {
  const screen = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], process.env, 'pipe');
  const display = await firstLine(screen, screen.stdio[3] as NodeJS.ReadableStream);
  return {
    party: () => enter(miniBrowser, `:${display}`),
    close: () => end(screen),
  };
}

async function enter(miniBrowser: string, display: string): Promise<Party> {
  const home = await mkdtemp(join(tmpdir(), 'chathub-webkit-'));
  const port = await freePort();
  const env = {
    ...process.env,
    HOME: home,
    XDG_CACHE_HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    DISPLAY: display,
    GDK_BACKEND: 'x11',
    // Nothing of a desktop is asked for: not its accessibility bus, not its settings, not its graphics card.
    NO_AT_BRIDGE: '1',
    GSETTINGS_BACKEND: 'memory',
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
  };
  const driver = start('WebKitWebDriver', [`--port=${port}`], env, 'ignore');
  const close = async () => {
    await end(driver);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const drive = await Session.open(`http://127.0.0.1:${port}`, driver, miniBrowser);
    return party(drive, async () => {
      // A browser that was asked to go has written its profile; one that can't be asked any more goes with its driver.
      await drive.close().catch(() => {});
      await close();
    });
  } catch (error) {
    await close();
    throw error;
  }
}

function party(drive: Session, close: () => Promise<void>): Party {
  const keys = (actions: object[]) => drive.act({ type: 'key', id: 'keyboard', actions });
  const stroke = (value: string) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ];
  /** There is no console here, so the page collects what it is told. */
  const listen = () => drive.run(collect, undefined);
  const goto = async (url: string) => {
    await drive.call('POST', '/url', { url });
    await listen();
  };
  const heard: string[] = [];
  const gather = async () => void heard.push(...(await drive.run(() => ((window as any).chathubHeard ?? []).splice(0) as string[], undefined)));
  return {
    goto,
    reload: async () => {
      await gather();
      await drive.call('POST', '/refresh', {});
      await listen();
    },
    run: (action, argument) => drive.run(action, argument),
    click: (x, y) =>
      drive.act({
        type: 'pointer',
        id: 'mouse',
        actions: [
          { type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 0 },
          { type: 'pointerDown', button: 0 },
          { type: 'pointerUp', button: 0 },
        ],
      }),
    type: (text) => keys([...text].flatMap(stroke)),
    press: (wanted: Keys) => {
      const named = wanted.split('+').map((name) => KEYS[name] ?? name);
      return keys([...named.map((value) => ({ type: 'keyDown', value })), ...named.reverse().map((value) => ({ type: 'keyUp', value }))]);
    },
    complaints: async () => {
      await gather();
      return heard;
    },
    close,
  };
}

function collect(): void {
  const page = window as any;
  if (page.chathubHeard) return;
  page.chathubHeard = [];
  window.addEventListener('error', ({ message, error }) => page.chathubHeard.push(`uncaught: ${message} ${error?.stack ?? ''}`));
  window.addEventListener('unhandledrejection', ({ reason }) => page.chathubHeard.push(`unhandled: ${reason} ${reason?.stack ?? ''}`));
}

/** One session of one driver. */
class Session {
  private constructor(
    readonly driver: string,
    readonly id: string,
  ) {}

  static async open(driver: string, process: ChildProcess, binary: string): Promise<Session> {
    const late = Date.now() + START_MS;
    for (;;) {
      const ready = await fetch(`${driver}/status`).then((answer) => answer.ok, () => false);
      if (ready) break;
      if (process.exitCode !== null) throw new Error(`WebKitWebDriver ended with ${process.exitCode}.`);
      if (Date.now() > late) throw new Error('WebKitWebDriver did not answer in time.');
      await new Promise(setImmediate);
    }
    const asked = {
      capabilities: {
        alwaysMatch: {
          unhandledPromptBehavior: 'accept',
          timeouts: { pageLoad: START_MS, script: START_MS },
          'webkitgtk:browserOptions': { binary, args: ['--automation'] },
        },
      },
    };
    const { sessionId } = await command('POST', `${driver}/session`, asked);
    const session = new Session(driver, sessionId);
    await session.call('POST', '/window/rect', VIEWPORT);
    return session;
  }

  call(method: string, path: string, body?: object): Promise<any> {
    return command(method, `${this.driver}/session/${this.id}${path}`, body);
  }

  run(action: (argument: any) => any, argument: unknown): Promise<any> {
    return this.call('POST', '/execute/sync', { script: `return (${action})(...arguments)`, args: [argument ?? null] });
  }

  act(source: object): Promise<void> {
    return this.call('POST', '/actions', { actions: [source] });
  }

  close(): Promise<void> {
    return command('DELETE', `${this.driver}/session/${this.id}`);
  }
}

async function command(method: string, url: string, body?: object): Promise<any> {
  const answer = await fetch(url, {
    method,
    body: body && JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(2 * START_MS),
  });
  const { value } = (await answer.json()) as any;
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}

const running = new Set<ChildProcess>();
// Nothing is left behind, however the tests end.
process.on('exit', () => running.forEach((child) => signal(child, 'SIGKILL')));

/** Starts a program in a group of its own, which whatever it starts belongs to. */
function start(program: string, args: string[], env: NodeJS.ProcessEnv, third: 'pipe' | 'ignore'): ChildProcess {
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'ignore', third], detached: true });
  running.add(child);
  child.once('error', () => running.delete(child));
  return child;
}

/** Ends it and all that it has started. */
async function end(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null && once(child, 'exit');
  signal(child, 'SIGTERM');
  await ended;
  signal(child, 'SIGKILL');
  running.delete(child);
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, name);
  } catch {} // Nobody of the group is left.
}

async function firstLine(child: ChildProcess, from: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: from });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnfile} ended with ${code}.`);
  });
  ended.catch(() => {});
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  lines.close();
  return line;
}
