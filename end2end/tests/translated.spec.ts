// A page that is translated in both windows, by one that asks nobody: what changes later shows, nothing twice, and names
// stand with the chats that they belong to.

import type { Locator, Page } from '@playwright/test';
import { type Company, CustomerChat, Embed, Panel, expect, openConsole, answered, panelTag, test, translate, translated, writeAs } from '../fixtures/index.ts';
import type { Foreign } from '../fixtures/foreign.ts';

/** Chromium's own line for a network that was taken away. */
const OFFLINE = /ERR_INTERNET_DISCONNECTED/;

/** Waits until the elements say this, each translated once. */
const says = (found: Locator, ...texts: (string | RegExp)[]) =>
  expect(async () => expect(await translated(found)).toEqual(texts.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))))).toPass();

/** A translated page of somebody's with the customer chat. */
async function enter(page: Page, site: Foreign, hub: string, organization: number): Promise<CustomerChat> {
  await translate(page);
  await page.goto(site.show(`<script type="module" src="${hub}/customer-chat.js" organization="${organization}"></script>`));
  const customer = new CustomerChat(page);
  await customer.open();
  await customer.isLive();
  return customer;
}

/** A day's conversations, in a panel and a customer chat that are both translated. */
async function converse(panel: Panel, customer: CustomerChat, company: Company, organization: number, stranger: Page) {
  const name = panel.root.getByRole('heading', { level: 2 }).nth(1);
  const row = (text: string) => panel.row(text);
  const rowName = (text: string) => row(text).locator('.ch-row-name');
  const told = panel.log.locator('.ch-message-text');
  const heard = customer.log.locator('.text');

  await customer.write('Where is my parcel?');
  await says(rowName('Where is my parcel?'), /^Visitor \d+$/);
  await panel.open('Where is my parcel?');
  await says(name, /^Visitor \d+$/);
  await says(told, 'Where is my parcel?');
  await panel.write('See https://post.example/1, please.');
  // Drawn once, though the link came later than the text.
  await expect(panel.log.getByRole('link')).toHaveCount(1);
  await says(told, 'Where is my parcel?', 'See https://post.example/1, please.');
  await says(heard, 'Where is my parcel?', 'See https://post.example/1, please.');
  await says(row('please.').locator('.ch-row-line'), /^Reply: .See https:/);
  await customer.write('It is not at https://post.example/1!');
  await expect(customer.log.locator('.own').getByRole('link')).toHaveCount(1);
  await says(heard, 'Where is my parcel?', 'See https://post.example/1, please.', 'It is not at https://post.example/1!');
  await says(customer.log.locator('.own .delivery'), 'Read');

  // The customer says who they are.
  await customer.page.locator('script[organization]').evaluate((script) => ((script as HTMLElement).dataset.customerName = 'Ada Lovelace'));
  await customer.isLive();
  await customer.write('My name is Ada');
  await says(name, 'Ada Lovelace');
  await says(rowName('My name is Ada'), 'Ada Lovelace');
  await says(panel.log.locator('li:not(.ch-message-out) .ch-message-author').first(), 'Ada Lovelace');
  await expect(row('Visitor')).toHaveCount(0);

  // Another one comes, and is opened in the place of the former.
  await writeAs(stranger, organization, 'Bob Kahn', 'A question of mine');
  await says(rowName('A question of mine'), 'Bob Kahn');
  await row('A question of mine').getByRole('button').click();
  await says(name, 'Bob Kahn');
  await says(told, 'A question of mine');
  await says(panel.log.locator('.ch-message-author'), 'Bob Kahn');
  await panel.input.fill('Half an answer');
  await row('Ada Lovelace').getByRole('button').click();
  await says(name, 'Ada Lovelace');
  await says(row('Bob Kahn').locator('.ch-draft'), 'Draft:');
  await row('Bob Kahn').getByRole('button').click();
  await says(name, 'Bob Kahn');
  await expect(row('Bob Kahn').locator('.ch-draft')).toHaveCount(0);
  await panel.input.fill('');

  // What waits is counted, what is written is foretold.
  await customer.write('One');
  await says(row('Ada Lovelace').locator('.ch-badge'), '1');
  await customer.write('Two');
  await says(row('Ada Lovelace').locator('.ch-badge'), '2');
  await customer.input.pressSequentially('Thr');
  await says(row('Ada Lovelace').locator('.ch-row-line'), 'is typing…');
  await customer.write('Three');
  await says(row('Ada Lovelace').locator('.ch-row-line'), 'Three');

  // States.
  const status = row('Bob Kahn').locator('.ch-status');
  await panel.status.selectOption('3');
  await says(status, 'Paused');
  await panel.status.selectOption('4');
  await says(status, 'Closed');
  await row('Ada Lovelace').getByRole('button').click();
  await expect(row('Ada Lovelace').locator('.ch-badge')).toHaveCount(0);
  await panel.status.selectOption('4');
  await says(customer.root.locator('.closed:visible'), /^This conversation was closed/);
  await customer.page.context().setOffline(true);
  await says(customer.root.locator('.line > span'), /^You’re offline/);
  await customer.page.context().setOffline(false);
  await customer.isLive();
  expect(await customer.root.locator('.line > span').textContent()).toBe('');

  // Gone for good, and nothing of it stays.
  const [chat] = await company.chats('Where is my parcel?');
  await company.erase(chat.id);
  await expect(row('Ada Lovelace')).toHaveCount(0);
  await expect(panel.root).not.toContainText('Ada Lovelace');
  await expect(customer.log.locator('li')).toHaveCount(0);
  await customer.write('Once more');
  await says(rowName('Once more'), 'Ada Lovelace');
  await panel.open('Once more');
  await says(told, 'Once more');
  await panel.write('Gladly');
  await says(heard, 'Once more', 'Gladly');
}

test('the console, translated before it is taken over', async ({ hub, company, open, site, complaints }) => {
  complaints.allow(OFFLINE);
  const [operator] = await company.operatorsOf('Sales');
  const customer = await enter(await open(), await site(), hub.url, operator.organization.id);
  const stranger = await open();
  await stranger.goto(`${hub.url}/demo/shop`);
  const page = await open();
  await translate(page);
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  const opened = openConsole(page, hub.url, operator.name);
  await expect(page.locator('.ch-row-name font font').first()).toBeVisible();
  letThrough();
  await converse(await opened, customer, company, operator.organization.id, stranger);
});

test('an embedded panel, translated before it is taken over', async ({ hub, company, open, site, complaints }) => {
  complaints.allow(OFFLINE, answered(401));
  const [operator] = await company.operatorsOf('Sales');
  const customer = await enter(await open(), await site(), hub.url, operator.organization.id);
  const stranger = await open();
  await stranger.goto(`${hub.url}/demo/shop`);
  const page = await open();
  await translate(page);
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto((await site()).show(panelTag(hub.url, await company.operatorToken(operator.id), { more: 'data-width="900" data-height="700"' })));
  const embed = new Embed(page);
  const before = Number((await says(embed.badge, /^\d+$/), await translated(embed.badge))[0]);
  await writeAs(stranger, operator.organization.id, 'Cleo', 'Only a number yet');
  await says(embed.badge, String(before + 1));
  await embed.open();
  await expect(embed.panel.root.locator('.ch-row-name font font').first()).toBeVisible();
  letThrough();
  await embed.panel.isLive();
  await converse(embed.panel, customer, company, operator.organization.id, stranger);
  // The token ends, which is said instead of what was said before.
  await page.locator('#operator-chat-panel-script').evaluate((script) => script.setAttribute('token', 'not-a-token'));
  await says(embed.note.locator('p'), /^The sign-in to the chats was not accepted/);
});
