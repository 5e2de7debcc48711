// One browser is one visitor, whatever happens to its storage; and the next person at it is another one.

import type { Page } from '@playwright/test';
import { CustomerChat, HUB_IS_DOWN, enterShop, expect, test } from '../fixtures/index.ts';

const visitorOf = (page: Page) =>
  page.evaluate(() => Object.entries(localStorage).find(([key]) => key.endsWith(':visitor'))?.[1]);

test('storage that is cleared while the page is open: the same visitor goes on', async ({ hub, company, open }) => {
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Before the clearing');
  await expect(customer.message('Before the clearing')).toHaveAttribute('data-state', /sent|read/);
  const visitor = await visitorOf(customer.page);
  expect(visitor).toBeTruthy();

  await customer.page.evaluate(() => localStorage.clear());
  await customer.write('After the clearing');
  await expect(customer.message('After the clearing')).toHaveAttribute('data-state', /sent|read/);
  expect(await visitorOf(customer.page)).toBe(visitor);
  await customer.page.reload();
  await expect.poll(() => customer.texts()).toEqual(['Before the clearing', 'After the clearing']);
  const [chat] = await company.chats('After the clearing');
  expect(await company.said(chat.id)).toEqual(['Before the clearing', 'After the clearing']);
});

test('cleared by another tab, with a message that waits: token and message are stored again, and all tabs agree', async ({ hub, open, complaints }) => {
  // Also a page's icon may be on its way when the hub is killed.
  complaints.allow(...HUB_IS_DOWN);
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Here from the start');
  await expect(customer.message('Here from the start')).toHaveAttribute('data-state', /sent|read/);
  const visitor = await visitorOf(customer.page);
  const second = await enterShop(await customer.page.context().newPage(), hub.url);
  await expect(second.message('Here from the start')).toBeVisible();
  // A page that has no chat.
  const other = await customer.page.context().newPage();
  await other.goto(hub.url);

  await hub.kill();
  await customer.isOffline();
  await customer.write('Written in the dark');
  await other.evaluate(() => localStorage.clear());
  await expect.poll(() => visitorOf(other)).toBe(visitor);
  await expect.poll(() => other.evaluate(() => JSON.stringify(localStorage))).toContain('Written in the dark');
  // And a third tab, which comes when everything is gone again.
  await other.evaluate(() => localStorage.clear());
  await hub.restart();
  const third = await enterShop(await customer.page.context().newPage(), hub.url);
  for (const tab of [customer, second, third]) {
    await expect.poll(() => tab.texts(), { timeout: 40_000 }).toEqual(['Here from the start', 'Written in the dark']);
    expect(await visitorOf(tab.page)).toBe(visitor);
  }
});

const tag = (hub: string, rest: string) =>
  `<script type="module" src="${hub}/customer-chat.js" organization="1" ${rest}></script>`;

test('the next person at the same browser sees nothing of the former one', async ({ hub, company, foreign, open }) => {
  const customer = new CustomerChat(await open());
  await customer.page.goto(foreign.show(tag(hub.url, 'data-customer-name="Anna Ek"')));
  await customer.open();
  await customer.isLive();
  await customer.write('Anna asks');
  await expect(customer.message('Anna asks')).toHaveAttribute('data-state', /sent|read/);
  await customer.input.fill('and half a sen');

  // Nothing is lost by a page that does not say who it is.
  await customer.page.goto(foreign.show(tag(hub.url, '')));
  await expect(customer.message('Anna asks')).toBeVisible();
  await expect(customer.input).toHaveValue('and half a sen');

  await customer.page.goto(foreign.show(tag(hub.url, 'data-customer-name="Ben"')));
  await customer.open();
  await customer.isLive();
  await expect(customer.log.locator('li.message')).toHaveCount(0);
  await expect(customer.input).toHaveValue('');
  await customer.write('Ben asks');
  await expect(customer.message('Ben asks')).toHaveAttribute('data-state', /sent|read/);
  // The former conversation is there for operators.
  const [anna] = await company.chats('Anna asks');
  const [ben] = await company.chats('Ben asks');
  expect(await company.said(anna.id)).toEqual(['Anna asks']);
  expect(await company.said(ben.id)).toEqual(['Ben asks']);

  // In the same page, too.
  await customer.page.locator('script[organization]').evaluate((script) => script.setAttribute('data-customer-name', 'Eva'));
  await customer.open();
  await customer.isLive();
  await expect(customer.log.locator('li.message')).toHaveCount(0);
});

test('logout() leaves nothing, in any tab', async ({ hub, open, foreign }) => {
  const page = await open();
  const address = foreign.show(tag(hub.url, 'data-customer-name="Anna Ek"'));
  const customer = new CustomerChat(page);
  await page.goto(address);
  await customer.open();
  await customer.isLive();
  await customer.write('Between us');
  await expect(customer.message('Between us')).toHaveAttribute('data-state', /sent|read/);
  const second = new CustomerChat(await page.context().newPage());
  await second.page.goto(address);
  await second.open();
  await expect(second.message('Between us')).toBeVisible();
  const visitor = await visitorOf(page);

  await page.evaluate(() => (document.querySelector('chathub-customer-chat') as HTMLElement & { logout(): void }).logout());
  for (const tab of [customer, second]) {
    await expect(tab.window).toBeHidden();
    await expect(tab.root).not.toContainText('Between us');
  }
  expect(await visitorOf(page)).not.toBe(visitor);
  await customer.open();
  await customer.isLive();
  await expect(customer.log.locator('li.message')).toHaveCount(0);
  await customer.write('Somebody else');
  await expect(customer.message('Somebody else')).toHaveAttribute('data-state', /sent|read/);
});

test('the chat on a page that is written from right to left', async ({ hub, open }) => {
  const page = await open({ viewport: { width: 360, height: 640 } });
  const customer = await enterShop(page, hub.url);
  await page.evaluate(() => (document.documentElement.dir = 'rtl'));
  // Its own words are English; what people write has its own direction.
  expect(await customer.window.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
  await customer.input.fill('مرحبا');
  expect(await customer.input.evaluate((element) => element.matches(':dir(rtl)'))).toBe(true);
  await customer.input.press('Enter');
  await expect(customer.log.locator('.text')).toHaveText('مرحبا');
  expect(await customer.log.locator('.text').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
});

test('after midnight, today is yesterday', async ({ hub, open }) => {
  const page = await open();
  await page.clock.install();
  const customer = await enterShop(page, hub.url);
  await customer.write('Good night');
  await expect(customer.message('Good night')).toHaveAttribute('data-state', /sent|read/);
  const day = customer.log.locator('.day time');
  await expect(day).toHaveText('Today');
  await expect(day).toHaveAttribute('title', /\d{4}/);
  await page.clock.fastForward('24:00:00');
  await expect(day).toHaveText('Yesterday');
});
