// Pages put the panel up and take it down all day. Nothing of it may stay: measured where the browser counts.

import { type CDPSession, type Page } from '@playwright/test';
import { SCRIPT_ID, expect, test } from '../fixtures/index.ts';

/** Mounts until everything that is made once, like caches and the WASM's own heap, has been made. */
const FIRST = 40;
const TIMES = 200;
/** Of the page's memory afterwards. */
const MORE = 1.05;

test.setTimeout(300_000);

/** What the page holds, after all that can be thrown away was. */
async function held(page: Page, devtools: CDPSession) {
  // What a mount has left to timers and streams that are closing gets its turn.
  await page.waitForFunction(() => !document.querySelector('operator-chat-panel'));
  for (let round = 0; round < 3; round++) {
    await devtools.send('HeapProfiler.collectGarbage');
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  }
  const { metrics } = await devtools.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((one) => one.name === name)!.value;
  return {
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    heap: metric('JSHeapUsedSize'),
    ...(await page.evaluate(() => ({
      timers: (window as any).timers.size as number,
      wasm: (window as any).memories.reduce((sum: number, memory: WebAssembly.Memory) => sum + memory.buffer.byteLength, 0) as number,
    }))),
  };
}

test('mounted and unmounted 200 times, nothing is left', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open();
  let sockets = 0;
  page.on('websocket', (socket) => {
    sockets++;
    socket.on('close', () => sockets--);
  });
  // What the browser does not count: timers that wait, and the WASM's memories.
  await page.addInitScript(() => {
    const timers: Set<number> = ((window as any).timers = new Set());
    for (const [set, clear] of [
      ['setTimeout', 'clearTimeout'],
      ['setInterval', 'clearInterval'],
    ] as const) {
      const [start, stop] = [window[set] as any, window[clear]];
      (window as any)[set] = (run: any, ...rest: any[]) => {
        const id = start((...all: any[]) => {
          if (set === 'setTimeout') timers.delete(id);
          run(...all);
        }, ...rest);
        timers.add(id);
        return id;
      };
      (window as any)[clear] = (id: number) => {
        timers.delete(id);
        stop(id);
      };
    }
    const memories: WebAssembly.Memory[] = ((window as any).memories = []);
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...all) => {
      const made = await instantiate(...all);
      for (const one of Object.values(made.instance.exports)) if (one instanceof WebAssembly.Memory) memories.push(one);
      return made;
    };
  });
  await page.goto(foreign.show(''));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');

  const mount = (times: number) =>
    page.evaluate(
      async ({ times, id, src, token }) => {
        for (let time = 0; time < times; time++) {
          const ready = new Promise((done) => document.addEventListener('chathub:ready', done, { once: true }));
          const script = Object.assign(document.createElement('script'), { type: 'module', id, src });
          script.setAttribute('token', token);
          document.body.append(script);
          let panel: any;
          while (!(panel = document.querySelector('operator-chat-panel'))) await new Promise((done) => requestAnimationFrame(done));
          panel.open();
          await ready;
          // A chat is open in every other one.
          const row = panel.shadowRoot.querySelector('li[data-chat-id] button');
          if (time % 2) row.click();
          await new Promise((done) => requestAnimationFrame(done));
          panel.destroy();
          script.remove();
        }
      },
      { times, id: SCRIPT_ID, src: `${hub.url}/operator-chat-panel/widget-script.js`, token },
    );

  await mount(FIRST);
  const before = await held(page, devtools);
  await mount(TIMES);
  // The last one taken down may be in the hand of something that ends by itself, an answer that is being read, say.
  await expect(async () => {
    const after = await held(page, devtools);
    await test.info().attach('held.json', { body: JSON.stringify({ before, after }, null, 2) });
    expect(after.nodes).toBeLessThanOrEqual(before.nodes);
    expect(after.listeners).toBeLessThanOrEqual(before.listeners);
    expect(after.timers).toBe(before.timers);
    expect(after.heap).toBeLessThanOrEqual(before.heap * MORE);
    expect(after.wasm).toBe(before.wasm);
  }).toPass({ timeout: 60_000 });
  await expect.poll(() => sockets).toBe(0);
});
