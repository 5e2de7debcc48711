// Panels that come and go, as in a single-page application that is open all day: nothing of them stays.

import type { CDPSession, Page } from '@playwright/test';
import { Embed, SCRIPT_ID, expect, inject, panelTag, test } from '../fixtures/index.ts';

test.setTimeout(180_000);

/** What the page holds after the garbage is gone. */
async function measure(page: Page, session: CDPSession) {
  for (let turn = 0; turn < 4; turn++) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return { nodes: of('Nodes'), listeners: of('JSEventListeners'), heap: of('JSHeapUsedSize') };
}

for (const { what, opened, rounds } of [
  { what: 'never opened', opened: false, rounds: 200 },
  { what: 'opened each time', opened: true, rounds: 40 },
]) {
  test(`${rounds} panels one after the other, ${what}`, async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const token = await company.operatorToken(operator.id);
    const page = await open();
    const sockets = new Set<unknown>();
    page.on('websocket', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await page.goto(foreign.show(panelTag(hub.url, token)));
    await new Embed(page).isWatching();
    await page.evaluate((id) => document.getElementById(id)!.remove(), SCRIPT_ID);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');

    const mount = (rounds: number) =>
      page.evaluate(
        async ({ src, id, token, opened, rounds }) => {
          const until = async (holds: () => unknown) => {
            while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
          };
          const element = () => document.querySelector('operator-chat-panel') as any;
          await until(() => !element());
          for (let round = 0; round < rounds; round++) {
            const script = Object.assign(document.createElement('script'), { type: 'module', id, src });
            script.setAttribute('token', token);
            const ready = new Promise((resolve) => document.addEventListener('chathub:ready', resolve, { once: true }));
            document.body.append(script);
            await ready;
            if (opened) {
              element().open();
              await until(() => element().shadowRoot.querySelector('[data-hydrated][data-connection="live"]'));
            }
            element().close();
            script.remove();
            await until(() => !element());
          }
        },
        { src: `${hub.url}/operator-chat-panel/widget-script.js`, id: SCRIPT_ID, token, opened, rounds },
      );

    // The first ones bring the code, which stays.
    await mount(10);
    await expect.poll(() => sockets.size).toBe(0);
    const before = await measure(page, session);
    await mount(rounds);
    await expect.poll(() => sockets.size).toBe(0);
    await expect.poll(async () => (await measure(page, session)).nodes).toBeLessThanOrEqual(before.nodes);
    const after = await measure(page, session);
    expect(after.listeners).toBeLessThanOrEqual(before.listeners);
    expect(after.heap).toBeLessThanOrEqual(before.heap * 1.05);
    // And the page can still have one.
    await inject(page, hub.url, token);
    await new Embed(page).isWatching();
  });
}
