// The customer chat in the language of its page: words, numbers, direction, and English where nothing else can be had.

import type { Page } from '@playwright/test';
import { checkAccessibility, expect, test } from '../fixtures/index.ts';

/** The parts of a chat in any language. */
const parts = (page: Page) => {
  const root = page.locator('chathub-customer-chat');
  return {
    host: root,
    launcher: root.locator('.launcher'),
    root: root.locator('.root'),
    window: root.getByRole('dialog'),
    input: root.getByRole('textbox'),
    log: root.getByRole('log'),
    send: root.locator('.send'),
    limit: root.locator('.limit'),
  };
};

const tag = (hub: string, organization: number, rest = '') =>
  `<script type="module" src="${hub}/customer-chat.js" organization="${organization}" ${rest}></script>`;

const left = async (element: ReturnType<Page['locator']>) => (await element.boundingBox())!.x;

test.describe('in another language', () => {
  let show: (given: { lang?: string; rest?: string; locale?: string; policy?: (hub: string) => string }) => Promise<Page>;

  test.beforeEach(async ({ hub, company, open, foreign }) => {
    const { id } = (await company.organizations()).find(({ name }) => name === 'Sales')!;
    show = async ({ lang, rest, locale, policy }) => {
      const page = await open({ locale });
      const head = policy ? `<meta http-equiv="Content-Security-Policy" content="${policy(hub.url)}">` : '';
      await page.goto(foreign.show(tag(hub.url, id, rest), head, lang));
      return page;
    };
  });

  test('Arabic is written from right to left, in its own plural forms', async () => {
    const page = await show({ lang: 'ar' });
    const chat = parts(page);
    await expect(chat.launcher).toHaveAccessibleName('فتح الدردشة');
    await chat.launcher.click();
    await expect(chat.root).toHaveAttribute('dir', 'rtl');
    await expect(chat.root).toHaveAttribute('lang', 'ar');
    await expect(page.locator('html')).not.toHaveAttribute('dir');
    await expect(chat.input).toHaveAttribute('placeholder', 'اكتب رسالة…');
    await expect(chat.input).toHaveCSS('direction', 'rtl');
    // What is one's own is at the end, which is on the left; so is what sends it.
    expect(await left(chat.send)).toBeLessThan(await left(chat.input));
    await chat.input.fill('أين طلبي؟');
    await chat.input.press('Enter');
    await expect(chat.log.locator('.delivery')).toHaveText('أُرسلت');
    await expect(chat.log.locator('.day')).toHaveText('اليوم');
    const bubble = (await chat.log.locator('.text').boundingBox())!;
    const log = (await chat.log.boundingBox())!;
    expect(bubble.x).toBeCloseTo(log.x, 0);
    await checkAccessibility(page, 'a conversation in Arabic');
    await chat.input.fill('ا'.repeat(7_998));
    await expect(chat.limit).toHaveText('بقي حرفان');
    await chat.input.fill('ا'.repeat(8_011));
    await expect(chat.limit).toContainText('11 حرفًا');
    await expect(chat.limit).toContainText('8,000');
  });

  test('Korean has its own words, days and times', async () => {
    const page = await show({ rest: 'data-language="ko"', locale: 'ko-KR' });
    const chat = parts(page);
    await chat.launcher.click();
    await expect(chat.root).toHaveAttribute('dir', 'ltr');
    await expect(chat.window).toHaveAccessibleName('\u2068Sales\u2069 채팅 상담');
    await expect(chat.window).toContainText('안녕하세요!');
    await chat.input.fill('주문한 물건이 아직 안 왔어요');
    await chat.input.press('Enter');
    await expect(chat.log.locator('.delivery')).toHaveText('전송됨');
    await expect(chat.log.locator('.day')).toHaveText('오늘');
    await expect(chat.log.locator('.meta time')).toHaveText(/^(오전|오후) \d+:\d\d$/);
    await chat.input.fill('가'.repeat(7_999));
    await expect(chat.limit).toHaveText('1자 남았습니다');
  });

  test('the page’s own language is enough, and another one of it is followed', async () => {
    const page = await show({ lang: 'nl-BE', locale: 'lv-LV' });
    const chat = parts(page);
    await expect(chat.launcher).toHaveAccessibleName('Chat openen');
    await chat.launcher.click();
    await chat.input.fill('Waar is mijn pak');
    await page.locator('html').evaluate((html) => (html.lang = 'es'));
    // What stood there stands there still.
    await expect(chat.input).toHaveAttribute('placeholder', 'Escriba un mensaje…');
    await expect(chat.input).toHaveValue('Waar is mijn pak');
  });

  test('a page that names none is answered as its browser speaks', async () => {
    const page = await show({ lang: '', locale: 'uk-UA' });
    await expect(parts(page).launcher).toHaveAccessibleName('Відкрити чат');
  });

  test('a page in a language that we don’t have is answered in English, and nothing is fetched for it', async () => {
    const page = await show({ lang: 'fr', locale: 'nl-NL' });
    const chat = parts(page);
    await expect(chat.launcher).toHaveAccessibleName('Open chat');
    await expect(chat.root).toHaveAttribute('lang', 'en');
    const fetched = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect(fetched.filter((name) => name.includes('/customer-chat/'))).toEqual([]);
  });

  for (const [what, scripts] of Object.entries({
    'as the README says': (hub: string) => `script-src ${hub}`,
    'by nonce': () => "script-src 'nonce-r4nd0m'",
    'by nonce, and what such scripts bring': () => "script-src 'nonce-r4nd0m' 'strict-dynamic'; require-trusted-types-for 'script'",
  })) {
    test(`a page that lets in our script lets in its words: ${what}`, async () => {
      const policy = (hub: string) => `default-src 'none'; ${scripts(hub)}; connect-src ${hub.replace('http', 'ws')}; img-src data:`;
      const page = await show({ lang: 'es', rest: 'nonce="r4nd0m"', policy });
      await expect(parts(page).launcher).toHaveAccessibleName('Abrir el chat');
    });
  }

  test('words that can’t be had keep nobody from writing', async ({ complaints }) => {
    complaints.allow(/ERR_FAILED/);
    const page = await show({});
    await page.route('**/customer-chat/**', (route) => route.abort());
    await page.locator('script[organization]').evaluate((script) => ((script as HTMLElement).dataset.language = 'ko'));
    const chat = parts(page);
    await chat.launcher.click();
    await expect(chat.window).toContainText('Hi there!');
    await chat.input.fill('Is anybody there?');
    await chat.input.press('Enter');
    await expect(chat.log.locator('.delivery')).toHaveText('Sent');
  });

  test('what opens it before it has its words opens it with them', async () => {
    const page = await show({});
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/customer-chat/**', async (route) => {
      await held;
      await route.continue();
    });
    await page.locator('script[organization]').evaluate((script) => ((script as HTMLElement).dataset.language = 'lv'));
    const chat = parts(page);
    await expect(chat.launcher).toHaveCount(0);
    await chat.host.evaluate((host) => (host as HTMLElement & { open(): void }).open());
    release();
    await expect(chat.window).toBeVisible();
    await expect(chat.launcher).toHaveAccessibleName('Aizvērt tērzēšanu');
  });

  test('nothing of it is written in its code: the language that nobody speaks is in brackets everywhere', async () => {
    const page = await show({ lang: 'en-XA' });
    const chat = parts(page);
    await chat.launcher.click();
    await chat.input.fill('x');
    await chat.input.press('Enter');
    await expect(chat.log.locator('.delivery')).toHaveText(/^⟦.*⟧$/);
    const words = await chat.root.evaluate((root) => {
      const found: string[] = [];
      for (const element of root.querySelectorAll('*')) {
        for (const name of ['aria-label', 'placeholder', 'title']) if (element.hasAttribute(name) && element.localName !== 'time') found.push(element.getAttribute(name)!);
        if (!element.matches('.text, .mark, h2, time, .badge, .typing *')) for (const node of element.childNodes) if (node.nodeType === 3 && node.textContent!.trim()) found.push(node.textContent!);
      }
      return found;
    });
    expect(words.length).toBeGreaterThan(8);
    expect(words.filter((word) => !/^⟦[^]*⟧$/.test(word.trim()))).toEqual([]);
  });
});
