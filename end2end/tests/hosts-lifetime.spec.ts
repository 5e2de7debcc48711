// What a page meets in the days that it stays open: panels that come and go, a hub that dies, a network that is away, a
// new build, and its own reload.

import type { CDPSession, Page } from '@playwright/test';
import { Embed, HUB_IS_DOWN, enterShop, expect, openSockets, test } from '../fixtures/index.ts';
import { nextBuild } from '../fixtures/build.ts';

test.setTimeout(120_000);
const RECOVERED = { timeout: 40_000 };

/** Counts what a page can leave behind and no protocol tells: timers, and the WASM's memory. */
async function count(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const waiting = ((window as any).waiting = new Set<number>());
    const { setTimeout, clearTimeout, setInterval, clearInterval } = window;
    (window as any).setTimeout = (call: (...all: unknown[]) => void, ms?: number, ...rest: unknown[]) => {
      const id = setTimeout(() => (waiting.delete(id), call(...rest)), ms);
      waiting.add(id);
      return id;
    };
    (window as any).setInterval = (call: () => void, ms?: number, ...rest: unknown[]) => {
      const id = setInterval(call, ms, ...rest);
      waiting.add(id);
      return id;
    };
    window.clearTimeout = (id) => (waiting.delete(id!), clearTimeout(id));
    window.clearInterval = (id) => (waiting.delete(id!), clearInterval(id));
    for (const name of ['instantiate', 'instantiateStreaming'] as const) {
      const former: any = WebAssembly[name];
      (WebAssembly as any)[name] = async (...all: unknown[]) => {
        const result = await former(...all);
        (window as any).memory = (result.instance ?? result).exports.memory;
        return result;
      };
    }
  });
}

/** After the garbage is gone. */
async function weigh(page: Page, cdp: CDPSession) {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const wasm: number = await page.evaluate(() => (window as any).memory.buffer.byteLength);
  const timers: number = await page.evaluate(() => (window as any).waiting.size);
  return { nodes, jsEventListeners, timers, memory: usedSize + wasm };
}

test('put up and taken down 200 times, the page is as it was', async ({ hub, hosts, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open();
  await count(page);
  const sockets = openSockets(page);
  await page.goto(`${hosts.origin}/one-at-a-time/`);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.enable');
  await cdp.send('DOM.enable');

  /** As often as is said, four panels: up, alive, one of them open with a chat, down. */
  const rounds = (times: number) =>
    page.evaluate(
      async ({ hub, token, times }) => {
        const has = (condition: () => unknown) =>
          new Promise<void>((resolve) => {
            const look = () => (condition() ? resolve() : requestAnimationFrame(look));
            look();
          });
        const all = () => [...document.querySelectorAll('operator-chat-panel')] as any[];
        for (let round = 0; round < times; round++) {
          for (let place = 0; place < 4; place++) {
            const script = document.createElement('script');
            script.type = 'module';
            script.id = `operator-chat-panel-script-${place}`;
            script.src = `${hub}/operator-chat-panel/widget-script.js`;
            script.setAttribute('token', token);
            document.body.append(script);
          }
          await has(() => all().length === 4);
          for (const panel of all()) panel.open();
          await has(() => all().every((panel) => panel.shadowRoot.querySelector('.ch-panel[data-connection="live"]')));
          all()[3].shadowRoot.querySelector('li[data-chat-id] button').click();
          await has(() => all()[3].shadowRoot.querySelector('.ch-message'));
          // Half by the page's own element, half by the method.
          all().slice(2).forEach((panel) => panel.destroy());
          document.querySelectorAll('script[id^=operator-chat]').forEach((script) => script.remove());
          await has(() => all().length === 0);
        }
      },
      { hub: hub.url, token, times },
    );

  await rounds(3);
  await expect.poll(() => sockets.size).toBe(0);
  const before = await weigh(page, cdp);
  await rounds(50);
  await expect.poll(() => sockets.size).toBe(0);
  const after = await weigh(page, cdp);
  expect(after.timers, 'timers').toBeLessThanOrEqual(before.timers);
  expect(after.nodes, 'nodes').toBeLessThanOrEqual(before.nodes);
  expect(after.jsEventListeners, 'listeners').toBeLessThanOrEqual(before.jsEventListeners);
  expect(after.memory / before.memory, 'bytes').toBeLessThan(1.05);
});

test('the hub is killed under an open panel: what was written meanwhile arrives once', async ({ hub, hosts, open, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  const embed = new Embed(await open());
  await embed.page.goto(`${hosts.origin}/react/`);
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Before the cut');
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Before the cut');
  await hub.kill();
  await embed.panel.isNotLive();
  await embed.panel.write('Written in the dark');
  await expect(embed.panel.message('Written in the dark')).toHaveAttribute('data-state', 'sending');
  await embed.panel.input.fill('and half an ans');
  await hub.restart();
  await expect(embed.panel.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(embed.panel.message('Written in the dark')).toHaveAttribute('data-state', /sent|read/);
  await expect(embed.panel.input).toHaveValue('and half an ans');
  await expect(customer.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect.poll(() => customer.texts()).toEqual(['Before the cut', 'Written in the dark']);
});

test('the hub is killed under a closed launcher: the badge comes back', async ({ hub, hosts, open, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  const embed = new Embed(await open());
  const sockets = openSockets(embed.page);
  await embed.page.goto(`${hosts.origin}/static-html/`);
  await expect(embed.badge).toBeVisible();
  const before = Number(await embed.badge.textContent());
  await hub.kill();
  await expect.poll(() => sockets.size).toBe(0);
  await hub.restart();
  const customer = await enterShop(await open(), hub.url);
  await customer.write('After the cut');
  await expect(embed.badge).toHaveText(String(before + 1), RECOVERED);
});

test('the network goes and comes back: nothing is lost, nobody reloads', async ({ hub, hosts, open, complaints }) => {
  complaints.allow(/^Failed to load resource: net::ERR_INTERNET_DISCONNECTED/, /^WebSocket connection to 'ws:.*' failed: Error in connection establishment: net::ERR_INTERNET_DISCONNECTED/);
  const embed = new Embed(await open());
  await embed.page.goto(`${hosts.origin}/vue/`);
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Before the tunnel');
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Before the tunnel');
  await embed.page.context().setOffline(true);
  await embed.panel.isNotLive();
  await embed.panel.write('From the tunnel');
  await customer.write('Still there?');
  await expect(embed.panel.message('From the tunnel')).toHaveAttribute('data-state', 'sending');
  await embed.page.context().setOffline(false);
  await expect(embed.panel.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(embed.panel.message('Still there?')).toBeVisible();
  await expect.poll(() => customer.texts()).toEqual(['Before the tunnel', 'Still there?', 'From the tunnel']);
});

test('a full page load in the tab: the open chat and the draft are there again', async ({ hosts, open }) => {
  const page = await open();
  await page.goto(`${hosts.origin}/static-html/`);
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('half an ans');
  await page.goto(`${hosts.origin}/dynamic-injection/`);
  await expect(embed.window).toBeVisible();
  await embed.panel.isLive();
  await expect(embed.panel.input).toHaveValue('half an ans');
  const stored = await page.evaluate(() => ({ session: Object.keys(sessionStorage), local: Object.keys(localStorage), all: JSON.stringify(sessionStorage), cookie: document.cookie }));
  expect(stored.session.every((key) => key.startsWith('chathub:')), stored.session.join()).toBe(true);
  expect(stored.local).toEqual([]);
  expect(stored.cookie).toBe('');
  // No token in it.
  expect(stored.all).not.toContain('eyJ');
});

test('an upgrade under an open panel: it goes on, offers the new build when idle, and takes it with the draft', async ({ hub, hosts, open, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  const page = await open();
  await page.goto(`${hosts.origin}/static-html/`);
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Before the upgrade');
  await embed.panel.open('Before the upgrade');
  await embed.panel.input.fill('half an ans');

  await hub.stop();
  hub.assets = await nextBuild(hub);
  await hub.restart();
  await expect(embed.panel.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await customer.write('After the upgrade');
  await expect(embed.panel.message('After the upgrade')).toBeVisible();
  const reload = embed.element.getByRole('button', { name: 'Reload' });
  // Not to somebody in mid-sentence.
  await expect(reload).toHaveCount(0);
  await embed.panel.write('half an answer');
  await expect(customer.message('half an answer')).toBeVisible();
  await expect(reload).toBeVisible({ timeout: 60_000 });
  const fresh = page.waitForResponse((answer) => answer.url().includes('/pkg/') && answer.url().endsWith('.wasm'));
  await reload.click();
  expect((await fresh).status()).toBe(200);
  await embed.panel.isLive();
  await expect(embed.panel.message('half an answer')).toBeVisible();
  await expect(reload).toHaveCount(0);
  await embed.panel.write('From the new build');
  await expect(customer.message('From the new build')).toBeVisible();
  await expect(page.locator('operator-chat-panel')).toHaveCount(1);
});
