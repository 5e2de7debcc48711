// Each page in each of its states, as pictures for a person to look at: SCREENSHOTS=/tmp/shots npm run screenshots

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from '@playwright/test';
import {
  CustomerChat,
  Embed,
  HUB_IS_DOWN,
  Panel,
  answered,
  expect,
  openConsole,
  operatorDoor,
  panelTag,
  signIn,
  test,
  wire,
  writeAs,
} from '../fixtures/index.ts';

const into = process.env.SCREENSHOTS;
test.skip(!into, 'SCREENSHOTS names no folder');
test.setTimeout(120_000);

const looks: Record<string, BrowserContextOptions> = {};
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    looks[`${width}-${colorScheme}`] = {
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width, height: width === 360 ? 740 : 800 },
    };
  }
}

for (const [look, options] of Object.entries(looks)) {
  const shoot = async (page: Page, name: string) => {
    await mkdir(into!, { recursive: true });
    await page.screenshot({ path: join(into!, `${name}-${look}.png`) });
  };

  test(`console ${look}`, async ({ hub, company, open, complaints }) => {
    complaints.allow(...HUB_IS_DOWN, answered(401));
    const [operator] = await company.operatorsOf('Sales');
    const page = await open(options);
    await page.goto(`${hub.url}/console`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await shoot(page, 'console-1-sign-in');
    await signIn(page, hub.url, 'demo', 'wrong');
    await expect(page.getByText(/password is wrong/i)).toBeVisible();
    await shoot(page, 'console-2-refused');
    await signIn(page, hub.url);
    await expect(operatorDoor(page, operator.name)).toBeVisible();
    await shoot(page, 'console-3-organizations');
    await operatorDoor(page, operator.name).click();
    const panel = new Panel(page);
    await panel.isLive();
    await shoot(page, 'console-4-panel');
    await panel.list.locator('li[data-chat-id] button').first().click();
    await expect(panel.log.locator('li.ch-message').first()).toBeVisible();
    await shoot(page, 'console-5-chat');
    await panel.input.fill('An answer\nof several\nlines that is still being written');
    await shoot(page, 'console-6-writing');
    await hub.kill();
    await panel.isNotLive();
    await panel.input.press('Enter');
    await expect(panel.log.locator('li[data-state="sending"]')).toBeVisible();
    await shoot(page, 'console-7-offline');
  });

  test(`unsent ${look}`, async ({ hub, company, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open(options);
    const line = await wire(page);
    const panel = await openConsole(page, hub.url, operator.name);
    const shop = await open();
    await shop.goto(`${hub.url}/demo/shop`);
    await writeAs(shop, operator.organization.id, 'Eva', 'Send me the password');
    await expect(panel.row('Send me the password')).toBeVisible();
    await panel.open('Send me the password');
    line.refuse(2);
    await panel.write('Certainly not');
    await expect(panel.root.getByRole('alert')).toContainText('as soon as it can');
    await shoot(page, 'unsent-1-refused');
    await expect(panel.message('Certainly not')).toHaveAttribute('data-state', 'sent');
    await panel.input.fill('Whoever you are,\nno password is sent in a chat.');
    const [chat] = await company.chats('password');
    await company.erase(chat.id);
    await expect(panel.root.getByRole('button', { name: 'Discard' })).toBeVisible();
    await shoot(page, 'unsent-2-stranded');
  });

  test(`shop ${look}`, async ({ hub, company, open, complaints }) => {
    complaints.allow(...HUB_IS_DOWN);
    const [operator] = await company.operatorsOf('Sales');
    const panel = await openConsole(await open(), hub.url, operator.name);
    const customer = new CustomerChat(await open(options));
    const { page } = customer;
    await page.goto(hub.url);
    await shoot(page, 'start');
    await page.goto(`${hub.url}/demo/shop`);
    await expect(customer.launcher).toBeVisible();
    await shoot(page, 'shop-1-closed');
    await customer.open();
    await customer.isLive();
    await shoot(page, 'shop-2-empty');
    await customer.write('Hello! Which grinder would you take along on a journey?');
    await panel.open('Which grinder');
    await panel.write('The Furrow. It is small, and its burrs are steel.');
    await expect(customer.message('The Furrow. It is small, and its burrs are steel.')).toBeVisible();
    await shoot(page, 'shop-3-conversation');
    await customer.close();
    await panel.write('Shall I put one aside for you?');
    await expect(customer.badge).toHaveText('1');
    await shoot(page, 'shop-4-unread');
    await customer.open();
    await panel.input.pressSequentially('And');
    await expect(customer.typing).toBeVisible();
    await shoot(page, 'shop-5-typing');
    await hub.kill();
    await customer.isOffline();
    await customer.write('Yes please');
    await shoot(page, 'shop-6-offline');
  });

  test(`embed ${look}`, async ({ hub, foreign, open, complaints }) => {
    complaints.allow(answered(401));
    const office = new Embed(await open(options));
    const { page } = office;
    await page.goto(`${hub.url}/demo/back-office`);
    await office.isWatching();
    await shoot(page, 'office-1-closed');
    await office.open();
    await office.panel.isLive();
    await shoot(page, 'office-2-open');
    await office.panel.list.locator('li[data-chat-id] button').first().click();
    await expect(office.panel.log.locator('li.ch-message').first()).toBeVisible();
    await shoot(page, 'office-3-chat');
    await page.goto(
      foreign.show(panelTag(hub.url, 'not-a-token', { more: 'data-fallback-text="Ring us: 555 0100" data-fallback-email="help@example.com"' })),
    );
    await office.open();
    await expect(office.note).toContainText('not accepted');
    await shoot(page, 'embed-refused');
  });
}
