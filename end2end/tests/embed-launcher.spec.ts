// A panel that nobody has opened: what it downloads, what it tells, and how it goes on when something fails.

import type { Page } from '@playwright/test';
import { CustomerChat, Embed, HUB_IS_DOWN, SCRIPT_ID, expect, inject, listenForErrors, panelTag, test } from '../fixtures/index.ts';

/** The paths that a page asks the hub for, and the connections it makes. */
function listenToRequests(page: Page, hub: string): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(hub)) paths.push(new URL(request.url()).pathname);
  });
  page.on('websocket', () => paths.push('socket'));
  return paths;
}

/** What a hub of the test's own invention says on the stream. */
const welcome = (id: number, expiresIn = 3_600_000) => ({
  type: 'welcome',
  me: { operator: { id, name: 'Anna' }, organization: { id: 1, name: 'Sales' } },
  cursor: { epoch: '00000000-0000-0000-0000-000000000000', seq: 1 },
  build: '1',
  expires_at: Date.now() + expiresIn,
});

test('only what the badge needs is downloaded, and it counts', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.addInitScript(() => {
    const heard: [string, any][] = ((window as any).heardEvents = []);
    for (const name of ['ready', 'unread', 'message'])
      document.addEventListener(`chathub:${name}`, (event) => heard.push([name, (event as CustomEvent).detail]));
  });
  const asked = listenToRequests(page, hub.url);
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  await expect(embed.badge).toBeVisible();
  const before = Number(await embed.badge.textContent());

  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Is anybody there?');
  await expect(embed.badge).toHaveText(String(before + 1));
  await expect(embed.launcher).toHaveAccessibleName(`Open operator chats, \u2068Sales\u2069, ${before + 1} unread`);
  const heard: [string, any][] = await page.evaluate(() => (window as any).heardEvents);
  expect(heard[0]).toMatchObject(['ready', { operator: { id: operator.id }, organization: { name: 'Sales' } }]);
  expect(heard).toContainEqual(['unread', { count: before + 1 }]);
  expect(heard.find(([name]) => name === 'message')?.[1].preview).toBe('Is anybody there?');
  expect(asked.sort()).toEqual(['/operator-chat-panel/widget-script.js', 'socket']);
  await embed.open();
  await embed.panel.isLive();
  // Told once, though two have listened.
  expect(await page.evaluate(() => (window as any).heardEvents.filter(([name]: [string]) => name !== 'unread'))).toHaveLength(2);
});

test('pointed at, it is on its way before the click', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  await embed.launcher.hover();
  await embed.panel.isHydrated();
  await expect(embed.window).toBeHidden();
});

test('more than ninety-nine', async ({ hub, foreign, open }) => {
  const page = await open();
  await page.routeWebSocket(/\/api\/stream$/, (socket) =>
    socket.onMessage(() => {
      socket.send(JSON.stringify(welcome(1)));
      socket.send(JSON.stringify({ type: 'badge', unread: 120, chats: 3 }));
    }),
  );
  await page.goto(foreign.show(panelTag(hub.url, 'a.b.c')));
  const embed = new Embed(page);
  await expect(embed.badge).toHaveText('99+');
  await expect(embed.launcher).toHaveAccessibleName('Open operator chats, \u2068Sales\u2069, 120 unread');
});

test('a fresh token goes over the same connection, another operator’s over another', async ({ hub, company, foreign, open }) => {
  const [sales] = await company.operatorsOf('Sales');
  const [support] = await company.operatorsOf('Support');
  const page = await open();
  const asked = listenToRequests(page, hub.url);
  const sent: any[] = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(JSON.parse(String(payload)))));
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(sales.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  const fresh = await company.operatorToken(sales.id, 7_200_000);
  await inject(page, hub.url, fresh, { remove: true });
  await expect.poll(() => sent).toContainEqual({ type: 'token', token: fresh });
  expect(asked.filter((path) => path === 'socket')).toHaveLength(1);
  await inject(page, hub.url, await company.operatorToken(support.id), { remove: true });
  await expect(embed.launcher).toHaveAccessibleName(/Support/);
  expect(asked.filter((path) => path === 'socket')).toHaveLength(2);
});

test('where connections are blocked, the panel counts by its own way', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(/WebSocket/);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.routeWebSocket(/\/api\/stream$/, (socket) => void socket.close());
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.panel.isLive();
  await expect(embed.window).toBeHidden();
  await expect(embed.badge).toBeVisible();
});

test('a hub that was away: the badge is back, and nothing more was downloaded', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const asked = listenToRequests(page, hub.url);
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  await expect(embed.badge).toBeVisible();
  const before = Number(await embed.badge.textContent());
  await hub.kill();
  await hub.restart();
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('After the power cut');
  await expect(embed.badge).toHaveText(String(before + 1), { timeout: 30_000 });
  expect(new Set(asked)).toEqual(new Set(['/operator-chat-panel/widget-script.js', 'socket']));
});

test('a hub that is gone when the panel is opened: another way to be reached', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const more = 'data-fallback-email="help@example.com" data-fallback-text="Ring us" data-fallback-url="javascript:alert(1)"';
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id), { more })));
  const embed = new Embed(page);
  await embed.isWatching();
  await hub.kill();
  await embed.open();
  await expect(embed.note).toContainText('Ring us');
  await expect(embed.note.getByRole('link')).toHaveCount(1);
  await expect(embed.note.getByRole('link')).toHaveAttribute('href', 'mailto:help@example.com');
  await hub.restart();
  await embed.note.getByRole('button', { name: 'Try again' }).click({ timeout: 5_000 }).catch(() => {});
  await embed.panel.isLive();
});

test('a token that runs out: the page is told, the count goes on under the next', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const errors = await listenForErrors(page);
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id, 4_000))));
  const embed = new Embed(page);
  await expect.poll(errors).toHaveLength(1);
  expect((await errors())[0]).toContain('token expired');
  const fresh = await company.operatorToken(operator.id);
  await page.evaluate(([id, fresh]) => document.getElementById(id)!.setAttribute('token', fresh), [SCRIPT_ID, fresh]);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  const before = Number(await embed.badge.textContent());
  await customer.open();
  await customer.write('Still counting?');
  await expect(embed.badge).toHaveText(String(before + 1));
  expect(await errors()).toHaveLength(1);
});
