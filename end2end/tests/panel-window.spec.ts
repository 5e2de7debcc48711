// More chats and messages than are in the page at once: what is near is there, the rest as text, and nothing jumps.

import { Embed, enterShop, expect, openConsole, panelTag, test, writeAs } from '../fixtures/index.ts';
import type { Panel } from '../fixtures/index.ts';

const WRITERS = 110;
const MESSAGES = 150;

test.setTimeout(180_000);

/** Rows of chats or messages that are there as such. */
const rows = (panel: Panel) => panel.list.locator('li[data-chat-id]').count();
const messages = (panel: Panel) => panel.log.locator('li.ch-message').count();

test('a long list: few rows are there, every chat is found, the keyboard reaches all of them', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const shop = await open();
  await shop.goto(`${hub.url}/demo/shop`);
  for (let number = 1; number <= WRITERS; number++) await writeAs(shop, operator.organization.id, `Writer ${number}`, `Question ${number}.`);
  const panel = await openConsole(await open(), hub.url, operator.name);
  while (await panel.root.getByRole('button', { name: 'Older chats' }).count()) {
    await panel.root.getByRole('button', { name: 'Older chats' }).click();
  }
  await expect(panel.list).toContainText('Question 1.');
  const height = await panel.list.evaluate((list) => list.scrollHeight);
  const scroll = (to: number) => panel.list.evaluate((list, to) => list.scrollTo(0, to), to);
  for (const place of [0, height, height / 2, 0]) {
    await scroll(place);
    await expect.poll(() => rows(panel)).toBeLessThanOrEqual(100);
    // The scroll bar is true, and the browser's own search finds who is far.
    expect(await panel.list.evaluate((list) => list.scrollHeight)).toBe(height);
    for (const number of [1, 20, WRITERS]) await expect(panel.list).toContainText(`Question ${number}.`);
  }

  await panel.list.locator('li[data-chat-id] button').first().focus();
  const focused = panel.root.locator('.ch-row:focus');
  const first = await focused.textContent();
  await panel.page.keyboard.press('End');
  await expect(focused).not.toHaveText(first!);
  await expect(focused).toBeInViewport();
  const last = await focused.textContent();
  for (let step = 0; step < 30; step++) await panel.page.keyboard.press('ArrowUp');
  await expect(focused).toBeInViewport();
  // Scrolled away from it, the row that has the focus stays; the keyboard goes on from there.
  await scroll(0);
  await expect.poll(() => rows(panel)).toBeLessThanOrEqual(100);
  for (let step = 0; step < 30; step++) await panel.page.keyboard.press('ArrowDown');
  await expect(focused).toHaveText(last!);
  await panel.page.keyboard.press('Home');
  await expect(focused).toHaveText(first!);
  await panel.page.keyboard.press('Enter');
  await expect(panel.log).toBeVisible();
});

test('a long thread: few messages are there, nothing jumps on the way up and down, all of it is printed', async ({ hub, company, open, foreign }) => {
  const [operator] = await company.operatorsOf('Sales');
  const customer = await enterShop(await open(), hub.url);
  await customer.write('The first of many');
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.open();
  const { panel } = embed;
  await panel.isLive();
  await panel.open('The first of many');
  for (let number = 1; number <= MESSAGES; number++) await panel.write(`Line ${number} ${'of several words '.repeat(number % 7)}`);
  await expect(panel.root.locator('li[data-state="sending"]')).toHaveCount(0, { timeout: 90_000 });
  await page.reload();
  await embed.panel.isLive();
  const scroller = panel.root.getByRole('group', { name: 'Conversation' });
  await expect(panel.message(`Line ${MESSAGES} ${'of several words '.repeat(MESSAGES % 7)}`.trim())).toBeInViewport();

  await scroller.hover();
  let highest = 0;
  while (!(await panel.log.textContent())!.includes('The first of many')) {
    await page.mouse.wheel(0, -400);
    highest = Math.max(highest, await messages(panel));
  }
  for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, -400);
  await expect(panel.message('The first of many')).toBeInViewport();
  expect(highest).toBeLessThan(MESSAGES);
  await expect.poll(() => messages(panel)).toBeLessThan(110);
  await expect(panel.log).toContainText(`Line ${MESSAGES} `);

  // Down again, looking at one message on the way: it moves by as much as was scrolled.
  const whole = await scroller.evaluate((element) => element.scrollHeight);
  for (let turn = 0; turn < 25; turn++) {
    const watched = await scroller.evaluateHandle((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      const all = [...element.querySelectorAll('li.ch-message')];
      return all.find((one) => one.getBoundingClientRect().top > (top + bottom) / 2)!;
    });
    const y = () => watched.evaluate((one) => one.getBoundingClientRect().top);
    const before = await y();
    const scrolled = await scroller.evaluate((element) => {
      const from = element.scrollTop;
      element.scrollBy(0, 150);
      return new Promise<number>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(element.scrollTop - from))));
    });
    expect(Math.abs(before - (await y()) - scrolled)).toBeLessThanOrEqual(1);
    expect(Math.abs((await scroller.evaluate((element) => element.scrollHeight)) - whole)).toBeLessThanOrEqual(1);
  }
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect.poll(() => messages(panel)).toBe(MESSAGES + 1);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect.poll(() => messages(panel)).toBeLessThan(110);
});
