// Where panels stand in a page, how they share it, and how they are reached without a mouse.

import type { Page } from '@playwright/test';
import { Embed, SCRIPT_ID, expect, expectBox, panelTag, test } from '../fixtures/index.ts';

const PHONE = { width: 360, height: 740 };

/** The launchers' boxes, each after its panel has been taken by the hub. */
async function launchers(page: Page, count: number) {
  const boxes = [];
  for (let place = 0; place < count; place++) {
    const embed = new Embed(page, place);
    await embed.isWatching();
    boxes.push((await embed.launcher.boundingBox())!);
  }
  return boxes;
}

test('corner, distance, size and theme by attributes, and by other attributes later', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const more = 'data-position="top-left" data-offset="40 60" data-width="500" data-height="20rem" data-theme="dark"';
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id), { more })));
  const embed = new Embed(page);
  await embed.isWatching();
  await expectBox(embed.launcher, { x: 60, y: 40 });
  await embed.open();
  await expectBox(embed.window, { x: 60, width: 500, height: 320 });
  await expect(embed.element).toHaveCSS('color-scheme', 'dark');
  await page.evaluate((id) => {
    const { dataset } = document.getElementById(id)!;
    for (const name of ['position', 'offset', 'width', 'height', 'theme']) delete dataset[name];
    document.documentElement.style.setProperty('--chathub-accent', 'rgb(1, 2, 3)');
  }, SCRIPT_ID);
  await expect(embed.element).toHaveCSS('color-scheme', 'light dark');
  await expectBox(embed.launcher, { x: 1280 - 20 - 56, y: 800 - 20 - 56 });
  await expect(embed.launcher).toHaveCSS('background-color', 'rgb(1, 2, 3)');
});

test('six panels on a narrow phone: no launcher covers another, no window leaves the screen', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open({ viewport: PHONE });
  const tags = [1, 2, 3, 4, 5, 6].map((place) => panelTag(hub.url, token, { id: `${SCRIPT_ID}-${place}` }));
  await page.goto(foreign.show(tags.join('')));
  const boxes = await launchers(page, 6);
  for (const [place, box] of boxes.entries()) {
    expect(Math.round(box.x)).toBeGreaterThanOrEqual(0);
    expect(Math.round(box.x + box.width)).toBeLessThanOrEqual(PHONE.width);
    for (const other of boxes.slice(place + 1)) {
      const apart = Math.abs(box.x - other.x) > box.width - 1 || Math.abs(box.y - other.y) > box.height - 1;
      expect(apart, JSON.stringify([box, other])).toBe(true);
    }
  }
  const embed = new Embed(page, 0);
  await embed.open();
  await expectBox(embed.window, { x: 0, y: 0, ...PHONE });
  // Nor do the launchers of the others lie above it.
  const above = await page.evaluate(() => document.elementFromPoint(330, 700)!.getAttribute('for'));
  expect(above).toBe(`${SCRIPT_ID}-1`);
  await embed.close();
  await embed.open();
});

test('panels in two corners do not move each other', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open();
  const left = panelTag(hub.url, token, { id: `${SCRIPT_ID}-a`, more: 'data-position="bottom-left"' });
  await page.goto(foreign.show(left + panelTag(hub.url, token, { id: `${SCRIPT_ID}-b` })));
  await launchers(page, 2);
  await expectBox(new Embed(page, 0).launcher, { x: 20 });
  await expectBox(new Embed(page, 1).launcher, { x: 1280 - 20 - 56 });
});

test('in a place of the page’s own, and there again when the page makes it anew', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const more = 'data-target="#chats"';
  const tag = panelTag(hub.url, await company.operatorToken(operator.id), { more });
  await page.goto(foreign.show('', `<style>#chats { width: 900px; height: 500px }</style>${tag}`));
  const embed = new Embed(page);
  await expect(embed.element).toHaveCount(0);
  const place = () => page.evaluate(() => document.querySelector('main')!.insertAdjacentHTML('beforeend', '<div id="chats"></div>'));
  await place();
  await embed.panel.isLive();
  await expect(embed.launcher).toBeHidden();
  const box = (await page.locator('#chats').boundingBox())!;
  await expectBox(embed.window, box);
  expect(box).toMatchObject({ width: 900, height: 500 });
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('half an ans');
  // Nothing closes it: it is the page's.
  await embed.element.evaluate((element: any) => element.close());
  await page.evaluate(() => document.getElementById('chats')!.remove());
  await expect(embed.element).toHaveCount(0);
  await place();
  await expect(embed.panel.input).toHaveValue('half an ans');
  await embed.panel.isLive();
});

test('by keyboard: in, out, and back to where one was', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(foreign.show(`<button>Chats</button>${panelTag(hub.url, await company.operatorToken(operator.id))}`));
  const embed = new Embed(page);
  await embed.isWatching();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Chats', exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(embed.launcher).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(embed.window).toBeFocused();
  await expect(embed.launcher).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(embed.window).toBeHidden();
  await expect(embed.launcher).toBeFocused();
  await expect(embed.launcher).toHaveAttribute('aria-expanded', 'false');
  // Opened by a button of the page's own.
  const button = page.getByRole('button', { name: 'Chats', exact: true });
  await button.evaluate((button) => {
    button.onclick = () => (document.querySelector('operator-chat-panel') as any).open();
  });
  await button.press('Enter');
  await expect(embed.window).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});

test('Escape closes a window whose code is still on its way', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(/opened/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  await embed.launcher.press('Enter');
  await expect(embed.window).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(embed.window).toBeHidden();
  await expect(embed.launcher).toBeFocused();
  arrive();
  await embed.panel.isLive();
  await expect(embed.window).toBeHidden();
});

test('a page whose style sheet takes everything apart', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const style = `<style>* { all: unset !important } operator-chat-panel { display: none !important; opacity: 0 !important }
    button { width: 3px !important } dialog, section, div { transform: rotate(90deg) !important; z-index: 2147483647 !important }</style>`;
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id)), style));
  const embed = new Embed(page);
  await embed.isWatching();
  await expectBox(embed.launcher, { x: 1280 - 76, y: 800 - 76, width: 56, height: 56 });
  await embed.open();
  await expectBox(embed.window, { width: 820, height: 680 });
  await embed.panel.isLive();
  await expect(embed.element).toHaveCSS('opacity', '1');
});

test('what was open and half-written is there again after a page load, until it is destroyed', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').nth(1).click();
  await embed.panel.input.fill('half an ans');
  await page.reload();
  await expect(embed.window).toBeVisible();
  await expect(embed.panel.input).toHaveValue('half an ans');
  await embed.element.evaluate((element: any) => element.destroy());
  await expect(embed.element).toHaveCount(0);
  expect(await page.evaluate(() => JSON.stringify(Object.values(sessionStorage)))).not.toContain('half');
  await page.reload();
  await embed.isWatching();
  await expect(embed.window).toBeHidden();
});
