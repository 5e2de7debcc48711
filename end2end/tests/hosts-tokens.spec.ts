// Tokens that come and go: the page that listens for the expiry, the one that gives a provider, and the operator in
// the middle of a sentence.

import type { Page } from '@playwright/test';
import { Embed, answered, expect, inject, listenForErrors, panelTag, test } from '../fixtures/index.ts';

/** The names and details of the panel's events, in order. */
async function listenForEvents(page: Page): Promise<() => Promise<{ name: string; detail: any }[]>> {
  await page.addInitScript(() => {
    const heard: unknown[] = ((window as any).heardEvents = []);
    for (const name of ['ready', 'unread', 'message', 'tokenexpiring', 'error']) {
      document.addEventListener(`chathub:${name}`, (event) => heard.push({ name, detail: (event as CustomEvent).detail }));
    }
  });
  return () => page.evaluate(() => (window as any).heardEvents);
}

/** An open chat with a half-written answer. */
async function halfWritten(embed: Embed, text: string): Promise<void> {
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill(text);
}

test('expiry listener: the token runs out in mid-sentence, the page refreshes it, nothing is lost', async ({ hosts, company, open, complaints }) => {
  complaints.allow(answered(401));
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const errors = await listenForErrors(page);
  await page.goto(`${hosts.origin}/expiry-listener/`);
  const embed = new Embed(page);
  await embed.element.waitFor({ state: 'attached' });
  await halfWritten(embed, 'half an ans');
  await embed.setToken(await company.operatorToken(operator.id, 4_000));
  await expect.poll(errors).toHaveLength(1);
  expect((await errors())[0]).toContain('token expired');
  await expect.poll(() => hosts.asked).toBe(2);
  await embed.panel.isLive();
  await expect(embed.note).toBeEmpty();
  await expect(embed.panel.input).toHaveValue('half an ans');
  await embed.panel.write('half an answer');
  await expect(embed.panel.message('half an answer')).toHaveAttribute('data-state', /sent|read/);
});

test('expiry listener: a refresh that is refused each time comes to an end', async ({ hosts, open, complaints }) => {
  complaints.allow(answered(401));
  const page = await open();
  const events = await listenForEvents(page);
  const errors = await listenForErrors(page);
  hosts.lasts = 2_500;
  await page.goto(`${hosts.origin}/expiry-listener/`);
  const refusals = async () => (await events()).filter(({ name, detail }) => name === 'error' && /token/.test(detail.code)).length;
  await expect.poll(refusals, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
  expect(await errors()).toHaveLength(2);
  expect(hosts.asked).toBe(3);
  const embed = new Embed(page);
  await embed.open();
  await expect(embed.note).toContainText('expired');
});

test('a page that never refreshes: the panel says so and keeps what was written until a token comes', async ({ hosts, company, hub, foreign, open, complaints }) => {
  complaints.allow(answered(401));
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const errors = await listenForErrors(page);
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id), { more: 'data-fallback-email="help@example.com"' })));
  const embed = new Embed(page);
  await halfWritten(embed, 'half an ans');
  await embed.setToken(await company.operatorToken(operator.id, 4_000));
  await expect.poll(errors).toHaveLength(1);
  // Said once, by the panel itself; beside it another way to be reached.
  await expect(embed.panel.root).toContainText('has expired');
  await expect(embed.note).toHaveText('help@example.com');
  await expect(embed.note.getByRole('link', { name: 'help@example.com' })).toBeVisible();
  await expect(embed.panel.input).toHaveValue('half an ans');
  // By the method this time.
  const token = await company.operatorToken(operator.id);
  await embed.element.evaluate((element, token) => (element as any).setToken(token), token);
  await embed.panel.isLive();
  await expect(embed.note).toBeEmpty();
  await embed.panel.input.press('Enter');
  await expect(embed.panel.message('half an ans')).toHaveAttribute('data-state', /sent|read/);
  expect(await errors()).toHaveLength(1);
});

test.describe('a token provider', () => {
  /** Gives the panel a provider that fetches from the integrator's endpoint, or fails as often as is said. */
  const provide = (embed: Embed, failures = 0) =>
    embed.element.evaluate((element, failures) => {
      (window as any).provided = 0;
      (element as any).setTokenProvider(async () => {
        (window as any).provided++;
        if (failures-- > 0) throw new Error('not now');
        return (await (await fetch('/api/chathub/token')).json()).token;
      });
    }, failures);

  test('is asked before the token ends, and nobody notices', async ({ hosts, open }) => {
    const page = await open();
    const events = await listenForEvents(page);
    const errors = await listenForErrors(page);
    await page.clock.install();
    await page.goto(`${hosts.origin}/static-html/`);
    const embed = new Embed(page);
    await provide(embed);
    await halfWritten(embed, 'half an ans');
    // The page's clock alone: the token is good, and another one that is good for a day more is at hand.
    hosts.lasts = 2 * 86_400_000;
    await page.clock.fastForward('23:57:00');
    await expect.poll(() => hosts.asked).toBe(1);
    await expect(embed.panel.input).toHaveValue('half an ans');
    await embed.panel.write('half an answer');
    await expect(embed.panel.message('half an answer')).toHaveAttribute('data-state', /sent|read/);
    expect(await errors()).toEqual([]);
    expect(hosts.asked).toBe(1);
    // The page that has no provider is told at the same moment.
    const names = (await events()).map(({ name }) => name);
    expect(names).toContain('tokenexpiring');
    expect(names).not.toContain('error');
  });

  test('that fails at first is asked again', async ({ hosts, open, complaints }) => {
    complaints.allow(answered(401));
    hosts.words.set('YOUR_OPERATOR_TOKEN', 'not-a-token');
    const page = await open();
    await page.goto(`${hosts.origin}/static-html/`);
    const embed = new Embed(page);
    await embed.element.waitFor({ state: 'attached' });
    await provide(embed, 1);
    await embed.open();
    await embed.panel.isLive();
    expect(await page.evaluate(() => (window as any).provided)).toBe(2);
    await expect(embed.note).toBeEmpty();
  });
});

test('a refusal is an event, never an exception, and never while the module evaluates', async ({ hub, foreign, open, complaints }) => {
  complaints.allow(answered(401));
  const page = await open();
  await page.goto(foreign.show(''));
  await page.evaluate(() => {
    const order: string[] = ((window as any).order = []);
    window.addEventListener('error', (event) => event.target === window && order.push(event instanceof ErrorEvent ? 'ErrorEvent' : 'other'));
    new MutationObserver((_, observer) => {
      const script = document.querySelector('script[id^=operator]');
      if (!script) return;
      observer.disconnect();
      script.addEventListener('load', () => order.push('load'));
    }).observe(document.body, { childList: true });
  });
  await inject(page, hub.url, 'not a token at all');
  await expect.poll(() => page.evaluate(() => (window as any).order)).toEqual(['load', 'ErrorEvent']);
});
