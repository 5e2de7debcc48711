// Fresh tokens from the page: when it is asked for one, how often, and what it may answer.

import type { Page } from '@playwright/test';
import { Embed, SCRIPT_ID, expect, listenForErrors, panelTag, test } from '../fixtures/index.ts';

/** Sets a provider that answers these in turn, and counts. `hang`: never, `throw`: an error. */
async function provide(page: Page, answers: unknown[]): Promise<() => Promise<{ asked: number[]; most: number }>> {
  await page.evaluate((answers) => {
    const told = ((window as any).provider = { asked: [] as number[], most: 0 });
    let running = 0;
    (document.querySelector('operator-chat-panel') as any).setTokenProvider(async () => {
      told.most = Math.max(told.most, ++running);
      told.asked.push(performance.now());
      const answer = answers[Math.min(told.asked.length, answers.length) - 1];
      await new Promise((resolve) => setTimeout(resolve, 50));
      running--;
      if (answer === 'throw') throw new Error('no token today');
      return answer;
    });
  }, answers);
  return () => page.evaluate(() => (window as any).provider);
}

test('a closed panel gets its next token before the last one expires', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const errors = await listenForErrors(page);
  await page.addInitScript(() =>
    document.addEventListener('chathub:tokenexpiring', () => ((window as any).expiring = ((window as any).expiring ?? 0) + 1)),
  );
  await page.clock.install();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  // As the samples' own server answers.
  const told = await provide(page, [{ token: await company.operatorToken(operator.id, 7_200_000), expiresAt: 'whenever' }]);
  await page.clock.fastForward('57:00');
  await expect.poll(async () => (await told()).asked.length).toBe(1);
  expect(await page.evaluate(() => (window as any).expiring)).toBe(1);
  await embed.open();
  await embed.panel.isLive();
  expect(await errors()).toEqual([]);
});

test('after a refusal the page is asked, with pauses, until its token is taken', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(/status of 401/);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const errors = await listenForErrors(page);
  await page.goto(foreign.show(panelTag(hub.url, '')));
  const embed = new Embed(page);
  await expect.poll(errors).toHaveLength(1);
  const good = await company.operatorToken(operator.id);
  const told = await provide(page, ['throw', 'not-a-token', null, `{"token":"${good}"}`]);
  await embed.isWatching();
  const { asked, most } = await told();
  expect(asked).toHaveLength(4);
  expect(most).toBe(1);
  // The server of the page is not asked in a loop: each pause is longer than the one before.
  const pauses = asked.slice(1).map((at, place) => at - asked[place]);
  expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
  await embed.open();
  await embed.panel.isLive();
});

test('an open panel resumes with what was being written', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(/status of 401/);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.clock.install();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('half an ans');
  const told = await provide(page, [await company.operatorToken(operator.id, 7_200_000)]);
  await page.clock.fastForward('57:00');
  await expect.poll(async () => (await told()).asked.length).toBe(1);
  await embed.panel.isLive();
  await expect(embed.note).toBeEmpty();
  await expect(embed.panel.input).toHaveValue('half an ans');
});

test('whatever a page hands over, nothing breaks', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(/status of 401/);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  const good = await company.operatorToken(operator.id, 7_200_000);
  await page.evaluate((good) => {
    const element = document.querySelector('operator-chat-panel') as any;
    for (const none of [5, 'text', {}, Symbol('s'), null]) element.setTokenProvider(none);
    for (const id of ['x', -1, 1.5, {}, [], undefined, NaN, Infinity]) element.openChat(id);
    for (const token of [undefined, 5, Symbol('s'), { toString: () => 1 }, ['\n'], () => {}]) element.setToken(token);
    element.setToken({ token: good });
  }, good);
  await embed.open();
  await embed.panel.isLive();
});

test('the token stands in the page’s own attribute, and nowhere else', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open();
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  page.on('websocket', (socket) => urls.push(socket.url()));
  await page.goto(foreign.show(panelTag(hub.url, token)));
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('a draft');
  await expect.poll(() => page.evaluate(() => JSON.stringify(sessionStorage))).toContain('a draft');
  const places = await page.evaluate((id) => {
    document.getElementById(id)!.removeAttribute('token');
    const shadow = document.querySelector('operator-chat-panel')!.shadowRoot!;
    return [document.documentElement.outerHTML, shadow.innerHTML, JSON.stringify(sessionStorage), JSON.stringify(localStorage), document.cookie];
  }, SCRIPT_ID);
  expect([...urls, ...places].filter((text) => text.includes(token))).toEqual([]);
  expect(places.slice(3)).toEqual(['{}', '']);
});
