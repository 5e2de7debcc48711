// Looks that are promises: room for a fingertip, colours that the system forces, paper, wide screens, drafts.

import type { Page } from '@playwright/test';
import { CustomerChat, Embed, Panel, expect, openConsole, operatorDoor, signIn, test } from '../fixtures/index.ts';

const PHONE = { hasTouch: true, isMobile: true, reducedMotion: 'reduce', viewport: { width: 360, height: 740 } } as const;

/** What can be pressed and is smaller than a fingertip, in the page and in its windows. Links in a sentence are as high as it. */
const small = (page: Page) =>
  page.evaluate(() => {
    const roots: ParentNode[] = [document];
    for (const element of document.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
    const found = roots.flatMap((root) => [...root.querySelectorAll<HTMLElement>('button, select, input, textarea, summary, a.ch-button, a.operator')]);
    return found
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box, element }) => box.width && (box.height < 43.5 || box.width < 43.5) && !element.closest('body.office > *'))
      .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} ${box.width} × ${box.height}`);
  });

test('a fingertip meets all that can be pressed', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open(PHONE);
  await page.goto(`${hub.url}/console`);
  expect(await small(page), 'sign-in').toEqual([]);
  await signIn(page, hub.url);
  await expect(operatorDoor(page, operator.name)).toBeVisible();
  expect(await small(page), 'operators').toEqual([]);
  await operatorDoor(page, operator.name).click();
  const panel = new Panel(page);
  await panel.isLive();
  expect(await small(page), 'list').toEqual([]);
  await panel.open('Oliver Grant');
  await panel.root.getByRole('combobox', { name: 'Block visitor' }).selectOption('24');
  expect(await small(page), 'chat').toEqual([]);

  const customer = new CustomerChat(await open(PHONE));
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.isLive();
  expect(await customer.root.evaluate((host) => [...host.shadowRoot!.querySelectorAll('button')].filter((button) => {
    const { width, height } = button.getBoundingClientRect();
    return width && (width < 44 || height < 44);
  }).length)).toBe(0);
});

test('where the system’s colours are forced, choices keep their arrows and the open chat is told apart', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open({ forcedColors: 'active' }), hub.url, operator.name);
  await panel.open('Oliver Grant');
  await expect(panel.status).toHaveCSS('appearance', 'auto');
  await expect(panel.row('Oliver Grant').getByRole('button')).toHaveCSS('border-inline-start-width', '4px');
});

test('a chat on paper: who said what and when, and nothing to press', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open({ colorScheme: 'dark' }), hub.url, operator.name);
  await panel.open('Oliver Grant');
  await panel.write('Printed, too');
  await expect(panel.message('Printed, too')).toBeVisible();
  await panel.page.emulateMedia({ media: 'print' });
  for (const gone of ['button', 'combobox', 'textbox', 'navigation'] as const) {
    await expect(panel.page.getByRole(gone)).toHaveCount(0);
  }
  await expect(panel.message('Printed, too')).toContainText(operator.name);
  await expect(panel.message('Printed, too').locator('time')).toHaveAttribute('datetime', /^\d{4}-.*Z$/);
  await expect(panel.log.locator('.ch-day time').first()).toHaveAttribute('datetime', /^\d{4}-.*Z$/);
  await expect(panel.root).toHaveCSS('color', 'rgb(27, 29, 35)');
  // All of it, however much does not fit on the screen.
  expect(await panel.log.evaluate((log) => log.closest('.ch-scroll')!.scrollHeight - log.closest('.ch-scroll')!.clientHeight)).toBeLessThanOrEqual(0);
});

test('a very wide screen keeps list and chat together', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open({ viewport: { width: 2560, height: 1300 } }), hub.url, operator.name);
  await panel.open('Oliver Grant');
  const [list, chat] = [(await panel.list.boundingBox())!, (await panel.root.locator('.ch-main').boundingBox())!];
  expect(list.x).toBeGreaterThan(300);
  expect(2560 - chat.x - chat.width).toBeGreaterThan(300);
  await panel.write('How wide is a line that is long? '.repeat(20));
  const bubble = (await panel.log.locator('.ch-bubble').last().boundingBox())!;
  expect(bubble.width).toBeLessThanOrEqual(680);
});

test('a draft is shown in the list as what it is', async ({ hub, open }) => {
  const office = new Embed(await open());
  await office.page.goto(`${hub.url}/demo/back-office`);
  await office.open();
  await office.panel.isLive();
  await office.panel.open('Oliver Grant');
  await office.panel.input.fill('It comes with ten filters, and');
  await office.panel.open('Femke de Vries');
  await expect(office.panel.row('Oliver Grant').locator('.ch-row-line')).toHaveText('Draft:It comes with ten filters, and');
});
