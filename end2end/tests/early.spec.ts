// What is done before the code is there: kept, and done afterwards, in its order and once.

import type { Page } from '@playwright/test';
import { CustomerChat, Embed, Panel, expect, openConsole, panelTag, standBetween, test } from '../fixtures/index.ts';

/** Holds what the page asks for back until it is let through. */
async function hold(page: Page, what: string | RegExp): Promise<() => void> {
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route(what, async (route) => {
    await held;
    await route.continue();
  });
  return letThrough;
}

/** How often the page asks for each chat's messages. */
async function listen(page: Page): Promise<Map<number, number>> {
  const asked = new Map<number, number>();
  await standBetween(page, {
    fromPage({ type, chat_id }) {
      if (type === 'history') asked.set(chat_id, (asked.get(chat_id) ?? 0) + 1);
    },
  });
  return asked;
}

/** Two rows are pressed before the panel lives: the second one's chat is open when it does. */
async function pressAndWait(panel: Panel, letThrough: () => void, asked: Map<number, number>): Promise<void> {
  const rows = panel.list.locator('li[data-chat-id]');
  const second = rows.nth(1);
  const name = await second.locator('.ch-row-name').textContent();
  const id = Number(await second.getAttribute('data-chat-id'));
  await rows.nth(0).getByRole('button').click();
  await second.getByRole('button').click();
  await expect(panel.root).not.toHaveAttribute('data-hydrated');
  letThrough();
  await panel.isLive();
  await expect(panel.root.getByRole('heading', { level: 2 }).nth(1)).toHaveText(name!);
  await expect(second.getByRole('button')).toHaveAttribute('aria-current', 'true');
  await expect(panel.input).toBeFocused();
  await expect(panel.log.locator('li.ch-message').first()).toBeVisible();
  expect(asked.get(id)).toBe(1);
}

test('rows of the console that are pressed before the panel lives', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const asked = await listen(page);
  const letThrough = await hold(page, '**/*.wasm');
  const opened = openConsole(page, hub.url, operator.name);
  await pressAndWait(new Panel(page), letThrough, asked);
  await opened;
  // A chat that was open before the load gives way to the one that is pressed.
  const other = await hold(page, '**/*.wasm');
  await page.reload();
  const first = new Panel(page).list.locator('li[data-chat-id]').first();
  const name = await first.locator('.ch-row-name').textContent();
  await first.getByRole('button').press('Enter');
  other();
  await expect(page.getByRole('heading', { level: 2 }).nth(1)).toHaveText(name!);
});

test('rows of an embedded panel that are pressed before it lives', async ({ hub, company, open, foreign }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const asked = await listen(page);
  const letThrough = await hold(page, '**/*.wasm');
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id), { more: 'data-width="900" data-height="700"' })));
  const embed = new Embed(page);
  await embed.open();
  await pressAndWait(embed.panel, letThrough, asked);
});

test('a chat that the page asks for is opened, whatever stood there before', async ({ hub, company, open, foreign }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const address = foreign.show(panelTag(hub.url, await company.operatorToken(operator.id)));
  await page.goto(address);
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  const [first, second] = await embed.panel.chatIds();
  await embed.panel.list.locator(`li[data-chat-id="${first}"]`).getByRole('button').click();
  await expect(embed.panel.input).toBeVisible();
  const letThrough = await hold(page, '**/opened.js');
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  await embed.element.evaluate((element: any, id) => element.openChat(id), second);
  letThrough();
  await embed.panel.isLive();
  await expect(embed.panel.root.locator('.ch-head-who p')).toContainText(`Chat ${second}`);
});

test('the launcher and its window before their second part', async ({ hub, company, open, foreign }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const letThrough = await hold(page, '**/opened.js');
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.open();
  await expect(embed.note).toContainText('Loading');
  await page.keyboard.press('Escape');
  await expect(embed.window).toBeHidden();
  await expect(embed.launcher).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(embed.window).toBeVisible();
  letThrough();
  await embed.panel.isLive();
  await expect(embed.window.locator('.ch-panel')).toHaveCount(1);
});

test('what a customer writes before there is a connection', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  let connect = () => {};
  await page.routeWebSocket(/\/api\/stream$/, (socket) => {
    const said: (string | Buffer)[] = [];
    socket.onMessage((text) => void said.push(text));
    connect = () => {
      const server = socket.connectToServer();
      socket.onMessage((text) => server.send(text));
      for (const text of said) server.send(text);
    };
  });
  await page.goto(`${hub.url}/demo/shop`);
  const customer = new CustomerChat(page);
  await customer.open();
  await customer.write('First');
  await customer.input.fill('Second');
  await customer.root.getByRole('button', { name: 'Send' }).click();
  await customer.input.fill('Half of the th');
  connect();
  await expect(customer.message('Second')).toHaveAttribute('data-state', 'sent');
  expect(await customer.texts()).toEqual(['First', 'Second']);
  await expect(customer.input).toHaveValue('Half of the th');
  const panel = await openConsole(await open(), hub.url, operator.name);
  await panel.open('Second');
  await expect(panel.message('Second')).toBeVisible();
  expect(await panel.texts()).toEqual(['First', 'Second']);
});
