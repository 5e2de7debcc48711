// How quick the panel is with ten thousand chats and a thread of thousands of messages: milliseconds from an input, as
// the browser dispatches it, to the frame that has been painted after it. SLOW=4 slows the processor so many times.

import { execFileSync } from 'node:child_process';
import type { CDPSession, Page } from '@playwright/test';
import { HUB_IS_DOWN, expect, openConsole, test } from '../fixtures/index.ts';

const CHATS = process.env.CHATS || '10000';
const MESSAGES = process.env.MESSAGES || '5000';
const SLOW = Number(process.env.SLOW || 1);
const FILL = process.env.CHATHUB_FILL || '../target/release/bench';

test.use({ hubOptions: { demo: false } });

test(`${CHATS} chats and ${MESSAGES} messages`, async ({ hub, open, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  await hub.command(['company', 'add', '--login', 'acme', '--name', 'Acme'], 'correct horse\n');
  await hub.command(['organization', 'add', '--company', 'acme', '--name', 'Sales']);
  await hub.command(['operator', 'add', '--company', 'acme', '--organization', 'Sales', '--name', 'Anna Meyer']);
  execFileSync(FILL, ['fill', '--data-dir', hub.dataDir, '--chats', CHATS, '--messages', MESSAGES]);
  await hub.start();
  const page = await open();
  const panel = await openConsole(page, hub.url, 'Anna Meyer', 'acme', 'correct horse');
  const devtools = await page.context().newCDPSession(page);

  const older = panel.list.getByRole('button', { name: /older chats/i });
  const loading = Date.now();
  while (await older.count()) {
    await older.click({ timeout: 60_000 }).catch(() => {});
    await page.waitForTimeout(20);
  }
  report('all chats loaded', [Date.now() - loading]);
  await panel.list.evaluate((list) => list.scrollTo(0, 0));
  await panel.list.locator('li[data-chat-id] button').first().click();
  await expect(panel.log.locator('li.ch-message')).not.toHaveCount(0);
  const scroller = panel.root.getByRole('group', { name: 'Conversation' });
  const whole = Date.now();
  await expect(async () => {
    await scroller.evaluate((element) => element.scrollTo(0, -element.scrollHeight));
    expect(await panel.root.locator('.ch-thread .ch-more').count()).toBe(0);
  }).toPass({ timeout: 600_000, intervals: [30] });
  report('all messages loaded', [Date.now() - whole]);
  await scroller.evaluate((element) => element.scrollTo(0, 0));

  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW });
  await bare(await open());
  await watchPaints(page);
  await panel.input.focus();
  for (const round of ['cold', 'key → paint']) {
    const keys = [];
    for (const key of 'What a pity, it is not in stock any more. We can order one.') keys.push(await paint(page, 'keydown', () => press(devtools, key)));
    report(round, keys);
  }
  const rows = panel.list.locator('li[data-chat-id] button');
  const switches = [];
  for (let place = 1; place <= 24; place++) switches.push(await paint(page, 'click', () => rows.nth(place % 8).click()));
  report('switch → paint', switches);
  await rows.first().click();
  for (const [what, place] of [['list', panel.list], ['thread', scroller]] as const) {
    const box = (await place.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const frames = [];
    for (let turn = 0; turn < 60; turn++) {
      const deltaY = (what === 'list' ? 1 : -1) * (turn < 30 ? 240 : -240);
      frames.push(await paint(page, 'wheel', () => devtools.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY })));
    }
    report(`scroll the ${what} → paint`, frames);
  }
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await devtools.send('HeapProfiler.collectGarbage');
  const { nodes, jsHeapUsedSize } = await devtools.send('Memory.getDOMCounters').then(async (counters) => ({
    ...counters,
    ...(await devtools.send('Runtime.getHeapUsage').then(({ usedSize }) => ({ jsHeapUsedSize: usedSize }))),
  }));
  console.log(`nodes ${nodes}, script's heap ${(jsHeapUsedSize / 1e6).toFixed(1)} MB`);
});

/** What the browser itself needs: a text field alone in a page. */
async function bare(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW });
  await page.setContent('<textarea autofocus></textarea>');
  await watchPaints(page);
  await page.locator('textarea').focus();
  const keys = [];
  for (const key of 'What a pity, it is not in stock any more.') keys.push(await paint(page, 'keydown', () => press(devtools, key)));
  report('a bare text field: key', keys);
  await page.close();
}

/** Notes when each input came and when the frame after it was there. */
async function watchPaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    const paints: Record<string, number[]> = { keydown: [], click: [], wheel: [] };
    const port = new MessageChannel();
    const waiting: (() => void)[] = [];
    port.port1.onmessage = () => waiting.splice(0).forEach((painted) => painted());
    for (const type of Object.keys(paints)) {
      addEventListener(
        type,
        ({ timeStamp }) =>
          requestAnimationFrame(() => {
            waiting.push(() => paints[type].push(performance.now() - timeStamp));
            port.port2.postMessage(0);
          }),
        { capture: true, passive: true },
      );
    }
    Object.assign(window, { paints });
  });
}

/** Milliseconds from the input to the frame after it. */
async function paint(page: Page, type: string, input: () => Promise<unknown>): Promise<number> {
  const before = await page.evaluate((type) => (window as any).paints[type].length, type);
  await input();
  const took = await page.waitForFunction(([type, before]) => (window as any).paints[type][before], [type, before] as const);
  return took.jsonValue();
}

async function press(devtools: CDPSession, key: string): Promise<void> {
  await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key });
  await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
}

function report(what: string, milliseconds: number[]): void {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
  console.log(`${what.padEnd(28)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   max ${at(1)} ms   of ${sorted.length}`);
}
