// What the panel shows depends on who looks at it, and when.

import type { Page } from '@playwright/test';
import { enterShop, expect, openConsole, test } from '../fixtures/index.ts';

/** The window has the keyboard, or another one has. Playwright makes every page believe that it has. */
async function focus(page: Page, has: boolean): Promise<void> {
  await page.evaluate((has) => {
    document.hasFocus = () => has;
    window.dispatchEvent(new Event(has ? 'focus' : 'blur'));
  }, has);
}

test('in a window behind another nothing is read, until the operator is back at it', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Seen');
  const panel = await openConsole(await open(), hub.url, operator.name);
  await panel.open('Seen');
  await expect(customer.message('Seen')).toHaveAttribute('data-state', 'read');

  await focus(panel.page, false);
  await customer.write('Not seen');
  await expect(panel.message('Not seen')).toBeVisible();
  // What is answered after it has been heard after it.
  await panel.write('Answered from a program');
  await expect(customer.message('Answered from a program')).toBeVisible();
  await expect(customer.message('Not seen')).toHaveAttribute('data-state', 'sent');
  await expect(panel.row('Answered from a program')).toBeVisible();

  await focus(panel.page, true);
  await expect(customer.message('Not seen')).toHaveAttribute('data-state', 'read');
});

test('after midnight there is one Today, and the list says when', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Before midnight');

  const page = await open();
  await page.clock.install();
  const panel = await openConsole(page, hub.url, operator.name);
  await panel.open('Before midnight');
  const days = panel.log.locator('.ch-day');
  await expect(days).toHaveText(['Today']);
  const time = panel.row('Before midnight').locator('time');
  await expect(time).toHaveText(/:/);
  await expect(time).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  await expect(time).toHaveAttribute('title', /\d{4}.*:/);
  await expect(panel.message('Before midnight').locator('time')).toHaveAttribute('title', /\d{4}.*:/);

  // A laptop that slept.
  await page.clock.setSystemTime(Date.now() + 24 * 60 * 60 * 1000);
  await page.clock.runFor(2_000);
  await expect(days).toHaveText(['Yesterday']);
  await expect(time).not.toHaveText(/:/);
});

test('a socket that can’t even be made: the panel takes the other way at once', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  for (const kind of ['throws', 'is silent', 'is missing']) {
    const page = await open();
    await page.addInitScript((kind) => {
      class Silent extends EventTarget {
        readyState = 3;
        onerror: (() => void) | null = null;
        constructor() {
          super();
          if (kind === 'throws') throw new DOMException('The operation is insecure.', 'SecurityError');
          setTimeout(() => this.onerror?.());
        }
        close() {}
      }
      Object.assign(window, { WebSocket: kind === 'is missing' ? undefined : Silent });
    }, kind);
    const panel = await openConsole(page, hub.url, operator.name);
    await expect(panel.root).toHaveAttribute('data-connection', 'live');
    await page.close();
  }
});

test('the browser says that the network is gone: the panel says so at once', async ({ hub, company, complaints, open }) => {
  complaints.allow(/WebSocket connection to .* failed|ERR_INTERNET_DISCONNECTED/);
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  await panel.page.context().setOffline(true);
  await expect(panel.root.getByRole('status').first()).toContainText('Connection lost');
  await panel.page.context().setOffline(false);
  await panel.isLive();
});

test('a translator leaves alone what is ours, and may have what people wrote', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Guten Tag');
  const panel = await openConsole(await open(), hub.url, operator.name);
  await panel.open('Guten Tag');
  await expect(panel.root).toHaveAttribute('translate', 'no');
  await expect(panel.root).toHaveAttribute('lang', 'en');
  await expect(panel.message('Guten Tag').locator('.ch-message-text')).toHaveAttribute('translate', 'yes');
});
