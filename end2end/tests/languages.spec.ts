// The panel and the console in the languages of the catalogue: which one is spoken, and that nothing else is.

import { type Locator, type Page } from '@playwright/test';
import { Embed, answered, expect, panelTag, signIn, test } from '../fixtures/index.ts';

/** What a part of a page says, of its texts and of the attributes that are read to people, but for names and messages. */
const unmarked = (part: Locator): Promise<string[]> =>
  part.evaluate((root) => {
    const names = [
      '.ch-me, .ch-organization, .ch-row-name, .ch-row-line, .ch-head-set select:first-child option, .ch-message-text, .ch-message-author',
      '.console-who, .console-mark, .operator-name, .ch-avatar, option[lang], button[lang], summary, bdi, h2, code, pre, time',
    ].join();
    const said: string[] = [];
    for (const element of [root, ...root.querySelectorAll('*')]) {
      if (element.matches('script, style') || element.closest(names)) continue;
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) said.push(node.textContent!.trim());
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) said.push(element.getAttribute(name) ?? '');
    }
    return said.filter((text) => /\p{L}/u.test(text) && !text.includes('⟦'));
  });

test('nothing is said in the panel that is not in the catalogue', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, token, { more: 'data-language="en-XA"' })));
  const panel = page.locator('section.ch-panel');
  await page.locator('operator-chat-panel .launcher').click();
  await expect(panel).toHaveAttribute('data-connection', 'live');
  expect(await unmarked(panel)).toEqual([]);
  await panel.locator('li[data-chat-id] button').first().click();
  await expect(panel.locator('.ch-message').first()).toBeVisible();
  await panel.locator('textarea').fill('x'.repeat(8_001));
  await expect(panel.locator('.ch-hint')).toContainText('⟦');
  await panel.locator('.ch-head-set select').last().selectOption('24');
  await expect(panel.locator('.ch-block')).toBeVisible();
  expect(await unmarked(panel)).toEqual([]);
});

test('nothing is said in the console that is not in the catalogue', async ({ hub, open, complaints }) => {
  complaints.allow(answered(404));
  const page = await open({ locale: 'en-XA' });
  const body = page.locator('body');
  await page.goto(`${hub.url}/nowhere`);
  expect(await unmarked(body)).toEqual([]);
  await page.goto(`${hub.url}/console`);
  expect(await unmarked(body)).toEqual([]);
  await page.locator('input[name=login]').fill('demo');
  await page.locator('input[name=password]').fill('demo');
  await page.locator('button.ch-button, button.button').click();
  await expect(page.locator('.operators').first()).toBeVisible();
  expect(await unmarked(body)).toEqual([]);
  await page.locator('.operators a').first().click();
  await expect(page.locator('section.ch-panel')).toHaveAttribute('data-connection', 'live');
  expect(await unmarked(body)).toEqual([]);
});

test('the panel speaks as its page does, counts as its language does, and is written in its direction', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open({ locale: 'lv-LV' });
  await page.goto(foreign.show(panelTag(hub.url, token), '', 'ar-EG'));
  const panel = page.locator('section.ch-panel');
  await page.locator('operator-chat-panel .launcher').click();
  await expect(panel).toHaveAttribute('data-connection', 'live');
  await expect(panel).toHaveAttribute('lang', 'ar');
  await expect(panel).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('html')).not.toHaveAttribute('dir');
  await panel.locator('li[data-chat-id] button').first().click();
  await panel.locator('textarea').fill('ا'.repeat(7_998));
  await expect(panel.locator('.ch-hint')).toHaveText('بقي حرفان.');
});

test('another language is chosen in the panel, keeps what is written, and stays', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open({ locale: 'nl-BE' });
  await page.goto(foreign.show(panelTag(hub.url, token), '', ''));
  const embed = new Embed(page);
  const panel = page.locator('section.ch-panel');
  await embed.launcher.click();
  await expect(panel).toHaveAttribute('lang', 'nl');
  await expect(panel).toHaveAttribute('data-connection', 'live');
  await panel.locator('li[data-chat-id] button').first().click();
  await panel.locator('textarea').fill('Half');
  await panel.locator('.ch-language').selectOption('uk');
  await expect(panel).toHaveAttribute('lang', 'uk');
  await expect(panel).toHaveAttribute('data-connection', 'live');
  await expect(panel.locator('textarea')).toHaveValue('Half');
  await expect(panel.locator('textarea')).toHaveAttribute('placeholder', 'Напишіть відповідь');
  await page.reload();
  await expect(panel).toHaveAttribute('lang', 'uk');
});

test('another language is chosen in the console, without scripts', async ({ hub, open }) => {
  const page: Page = await open({ javaScriptEnabled: false, locale: 'ko-KR' });
  await page.goto(`${hub.url}/console`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('콘솔에 로그인하세요');
  await page.locator('summary').click();
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to your console');
  await signIn(page, hub.url);
  await expect(page.getByRole('heading', { name: 'Sales' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
