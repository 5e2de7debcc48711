// What axe finds in every page and state: nothing. Light and dark, at a desk and on a phone.

import type { BrowserContextOptions } from '@playwright/test';
import {
  CustomerChat,
  Embed,
  Panel,
  checkAccessibility,
  expect,
  openConsole,
  operatorDoor,
  signIn,
  test,
} from '../fixtures/index.ts';

const looks: Record<string, BrowserContextOptions> = {};
for (const colorScheme of ['light', 'dark'] as const) {
  // Motion would be caught halfway, with colours that nobody sees for longer than a frame.
  looks[`${colorScheme}, desk`] = { colorScheme, reducedMotion: 'reduce' };
  looks[`${colorScheme}, phone`] = { colorScheme, reducedMotion: 'reduce', viewport: { width: 360, height: 740 } };
}

for (const [look, options] of Object.entries(looks)) {
  test(`console: ${look}`, async ({ hub, company, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open(options);
    await page.goto(`${hub.url}/console`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await checkAccessibility(page, 'sign-in');
    await signIn(page, hub.url);
    await expect(operatorDoor(page, operator.name)).toBeVisible();
    await checkAccessibility(page, 'organizations');
    await operatorDoor(page, operator.name).click();
    const panel = new Panel(page);
    await panel.isLive();
    await checkAccessibility(page, 'panel, no chat open');
    await panel.list.locator('li[data-chat-id] button').first().click();
    await expect(panel.log.locator('li.ch-message').first()).toBeVisible();
    await checkAccessibility(page, 'panel, a chat open');
  });

  test(`customer chat: ${look}`, async ({ hub, company, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const panel = await openConsole(await open(), hub.url, operator.name);
    const customer = new CustomerChat(await open(options));
    await customer.page.goto(`${hub.url}/demo/shop`);
    await expect(customer.launcher).toBeVisible();
    await checkAccessibility(customer.page, 'closed');
    await customer.open();
    await customer.isLive();
    await checkAccessibility(customer.page, 'empty');
    await customer.write('Do you ship to Norway?');
    await panel.open('Do you ship to Norway?');
    await panel.write('We do, in three days.');
    await expect(customer.message('We do, in three days.')).toBeVisible();
    await checkAccessibility(customer.page, 'a conversation');
  });

  test(`embedded panel: ${look}`, async ({ hub, open }) => {
    const office = new Embed(await open(options));
    await office.page.goto(`${hub.url}/demo/back-office`);
    await office.isWatching();
    await checkAccessibility(office.page, 'closed');
    await office.open();
    await office.panel.isLive();
    await checkAccessibility(office.page, 'open');
    await office.panel.list.locator('li[data-chat-id] button').first().click();
    await expect(office.panel.log.locator('li.ch-message').first()).toBeVisible();
    await checkAccessibility(office.page, 'a chat open');
    // What says that something is wrong, above the chats.
    await office.element.evaluate((element: any) => element.setToken('not a token'));
    await expect(office.note).toContainText('was not accepted');
    await checkAccessibility(office.page, 'a token refused');
  });
}

test('the start page of the demo', async ({ hub, open }) => {
  const page = await open();
  await page.goto(hub.url);
  await checkAccessibility(page, 'start page');
});

test('by keyboard alone: sign in, open a chat, answer, go back', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(`${hub.url}/console`);
  await page.getByLabel('Login').focus();
  await page.keyboard.type('demo');
  await page.keyboard.press('Tab');
  await page.keyboard.type('demo');
  await page.keyboard.press('Enter');
  await operatorDoor(page, operator.name).press('Enter');
  const panel = new Panel(page);
  await panel.isLive();
  const rows = panel.list.locator('li[data-chat-id] button');
  await rows.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel.input).toBeFocused();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Enter');
  await expect(panel.message('By keyboard')).toHaveAttribute('data-state', /sent|read/);
  await page.keyboard.press('Escape');
  await expect(panel.log).toHaveCount(0);
});

test('the embedded panel’s window by keyboard', async ({ hub, open }) => {
  const office = new Embed(await open());
  await office.page.goto(`${hub.url}/demo/back-office`);
  await office.isWatching();
  await office.launcher.focus();
  await office.page.keyboard.press('Enter');
  await expect(office.window).toBeVisible();
  await office.page.keyboard.press('Escape');
  await expect(office.window).toBeHidden();
  await expect(office.launcher).toBeFocused();
});
