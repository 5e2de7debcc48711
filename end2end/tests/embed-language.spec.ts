// The launcher, and what is said before and instead of a panel, in the language of the page.

import type { Page } from '@playwright/test';
import { Embed, answered, expect, panelTag, test } from '../fixtures/index.ts';

/** The modules of the loader that the page has fetched. */
const modules = (page: Page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => /operator-chat-panel\/(?:\w+\/)?([\w-]+)\.js/.exec(name)?.[1])
      .filter((name) => name),
  );

test('a Dutch page has a Dutch launcher, and the hub is asked in Dutch', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open({ locale: 'lv-LV' });
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id)), '', 'nl-BE'));
  const embed = new Embed(page);
  await expect(embed.launcher).toHaveAccessibleName(/^Chats van medewerkers openen, \u2068Sales\u2069, \d+ ongelezen$/);
  const asked = page.waitForRequest((request) => request.url().endsWith('/operator-chat-panel/panel'));
  await embed.launcher.click();
  expect(await (await asked).headerValue('accept-language')).toBe('nl');
  await expect(embed.launcher).toHaveAccessibleName(/^Chats van medewerkers sluiten, /);
  await expect(embed.element.getByRole('dialog')).toHaveAccessibleName('Chats van medewerkers, \u2068Sales\u2069');
  await expect(embed.element).toHaveAttribute('lang', 'nl');
});

test('a page without a language has the browser’s, and what is wrong is said in it, from its side', async ({ hub, foreign, open, complaints }) => {
  complaints.allow(answered(401));
  const page = await open({ locale: 'ar-EG' });
  await page.goto(foreign.show(panelTag(hub.url, 'not-a-token'), '', ''));
  const embed = new Embed(page);
  await expect(embed.launcher).toHaveAccessibleName(/^فتح محادثات المشغّل. لم يُقبل/);
  await embed.launcher.click();
  await expect(embed.note).toContainText('لم يُقبل تسجيل الدخول');
  await expect(embed.note).toHaveCSS('direction', 'rtl');
});

test('the script’s own language comes before the page’s, and may change', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id), { more: 'data-language="ko"' }), '', 'nl'));
  const embed = new Embed(page);
  await expect(embed.launcher).toHaveAccessibleName(/^상담 채팅 열기, /);
  await page.locator('script[token]').evaluate((script) => ((script as HTMLElement).dataset.language = 'en'));
  await embed.isWatching();
});

test('an English page, and its launcher, are content with the first module', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open({ locale: 'nl-NL' });
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id)), '', 'en-GB'));
  const embed = new Embed(page);
  await embed.isWatching();
  expect(await modules(page)).toEqual(['widget-script']);
  await embed.open();
  await expect(embed.panel.root).toBeVisible();
  expect((await modules(page)).filter((name) => name === 'words')).toEqual([]);
});

test('words that can’t be had leave a launcher that works', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(/ERR_FAILED/);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.route('**/words.js*', (route) => route.abort());
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id)), '', 'uk'));
  const embed = new Embed(page);
  await embed.isWatching();
  await embed.open();
  await embed.panel.isLive();
});

test('nothing of it is written in its code: the language that nobody speaks is in brackets everywhere', async ({ hub, foreign, open, complaints }) => {
  complaints.allow(answered(401));
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, 'not-a-token'), '', 'en-XA'));
  const embed = new Embed(page);
  await expect(embed.launcher).toHaveAccessibleName(/^⟦.*⟧\. ⟦.*⟧$/);
  await embed.launcher.click();
  await expect(embed.note.locator('p')).toHaveText(/^⟦.*⟧$/);
  await expect(embed.element.locator('.shut')).toHaveAttribute('aria-label', /^⟦.*⟧$/);
});
