// The published samples, each with only the host name changed, in a page of its own on another origin than the hub's.
// Together with the other specs they hold us to what integrators are promised:
//
//  1. a module runs once, so elements are watched, each by one loader   here: dynamic injection · hosts-pages: loaders
//  2. removed and added in one go is a token refresh                    here: token manager, Turbo · embed: “in one go”
//     another operator gets a clean panel                               here: one at a time · embed: “another operator”
//  3. several at once stay apart                                        here: two organizations · embed
//  4. StrictMode; nothing is left after unmount                         here: React, Vue, Angular · hosts-lifetime: 200
//  5. load and error events; a loading state; nothing blocks            here: safe loading · hosts-pages: loading
//  6. `Invalid token`, `token expired`; a refresh loop ends             here: expiry listener · embed: “bad token”, “runs out”
//  7. the fallback contact, and further tries                           embed: “not there”, “bad token”
//  8. allowed origins                                                   installation: “in no other” · here: all
//  9. test-token-for-development                                        here: test token · installation: “no demo”
// 10. the page's CSS and policies                                       hosts-pages: aggressive CSS, policies
// 11. events and methods                                                embed: “methods and events” · hosts-tokens
// 12. whatever else the page does or its readers do to it               hosts-horrors, all at once · hosts-input: keys,
//                                                                       modals · translated · early · half-emoji

import { Embed, SCRIPT_ID, converse, enterShop, expect, openSockets, test, unread } from '../fixtures/index.ts';

const SAMPLES = [
  'static-html', 'dynamic-injection', 'react', 'vue', 'angular', 'turbo',
  'token-manager', 'safe-loading', 'expiry-listener', 'test-token',
];

for (const name of SAMPLES) {
  test(`${name}: a question arrives and is answered`, async ({ hub, hosts, open }) => {
    const embed = new Embed(await open());
    await embed.page.goto(`${hosts.origin}/${name}/`);
    await converse(embed, await enterShop(await open(), hub.url));
    await expect(embed.page.locator('operator-chat-panel')).toHaveCount(1);
  });
}

test('dynamic injection: calling it again swaps the token and nothing else', async ({ hosts, open }) => {
  const page = await open();
  const sockets = openSockets(page);
  await page.goto(`${hosts.origin}/dynamic-injection/`);
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('half an ans');
  await embed.panel.root.evaluate((root) => ((root as any).same = true));
  const before = await page.locator(`#${SCRIPT_ID}`).getAttribute('token');
  hosts.lasts = 7_200_000;
  const asked = page.waitForResponse('**/operator-chat-panel/panel');
  await page.evaluate(() => document.getElementById('refresh')!.click());
  expect((await asked).status()).toBe(200);
  expect(await page.locator(`#${SCRIPT_ID}`).getAttribute('token')).not.toBe(before);
  await expect(embed.panel.input).toHaveValue('half an ans');
  expect(await embed.panel.root.evaluate((root) => (root as any).same)).toBe(true);
  expect(sockets.size).toBe(1);
});

for (const name of ['react', 'vue', 'angular']) {
  test(`${name}: unmounted, nothing is left; mounted again, it is back`, async ({ hub, hosts, open }) => {
    const page = await open();
    const sockets = openSockets(page);
    await page.goto(`${hosts.origin}/${name}/`);
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();
    // StrictMode's second mount has made neither a second panel nor a second socket.
    await expect(embed.page.locator('operator-chat-panel')).toHaveCount(1);
    await expect.poll(() => sockets.size).toBe(1);
    await page.evaluate(() => document.getElementById('leave')!.click());
    await expect(embed.element).toHaveCount(0);
    await expect.poll(() => sockets.size).toBe(0);

    await page.evaluate(() => document.getElementById('return')!.click());
    const customer = await enterShop(await open(), hub.url);
    await customer.write('Are you back?');
    await expect(embed.window).toBeVisible();
    await expect(embed.panel.row('Are you back?')).toBeVisible();
  });
}

test('turbo: the body is swapped, and the panel stays with its chat and draft', async ({ hosts, open }) => {
  const page = await open();
  await page.goto(`${hosts.origin}/turbo/`);
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('half an ans');
  await embed.panel.root.evaluate((root) => ((root as any).same = true));
  const body = await page.evaluateHandle(() => document.body);
  for (const [link, heading] of [['Customers', 'Customers'], ['Orders', 'Orders']]) {
    hosts.lasts -= 60_000; // Another token, not the same once more.
    await page.getByRole('link', { name: link }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(embed.window).toBeVisible();
    await expect(embed.panel.input).toHaveValue('half an ans');
  }
  expect(await body.evaluate((former) => former !== document.body), 'Turbo swapped the body').toBe(true);
  expect(await embed.panel.root.evaluate((root) => (root as any).same), 'the panel is the same').toBe(true);
  await embed.panel.isLive();
  await embed.panel.write('half an answer');
  await expect(embed.panel.message('half an answer')).toHaveAttribute('data-state', /sent|read/);
  await expect(page.locator('operator-chat-panel')).toHaveCount(1);
});

test('token manager: the hourly refresh leaves the half-written answer', async ({ hosts, open }) => {
  const page = await open();
  await page.addInitScript(() => {
    const { setInterval } = window;
    (window as any).setInterval = (call: () => void, ms: number, ...rest: unknown[]) => {
      if (ms === 3_600_000) (window as any).hourly = call;
      return setInterval(call, ms, ...rest);
    };
  });
  hosts.lasts = 1_800_000;
  await page.goto(`${hosts.origin}/token-manager/`);
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('half an ans');
  hosts.lasts = 86_400_000;
  const asked = page.waitForResponse('**/operator-chat-panel/panel');
  // An hour later: half an hour is left, so the sample refreshes; the next hour it need not.
  await page.evaluate(() => (window as any).hourly());
  expect((await asked).status()).toBe(200);
  await page.evaluate(() => (window as any).hourly());
  expect(hosts.asked).toBe(2);
  await expect(embed.panel.input).toHaveValue('half an ans');
  await embed.panel.input.press('Enter');
  await expect(embed.panel.message('half an ans')).toHaveAttribute('data-state', /sent|read/);
});

test('two organizations: each panel hears of its own customers only', async ({ hub, hosts, open }) => {
  const page = await open();
  await page.goto(`${hosts.origin}/two-organizations/`);
  // Both promises of the sample were kept: `load` fired for either element, though the module ran once.
  await expect(page.locator('body')).toHaveAttribute('data-loaded', 'both');
  const [sales, support] = [new Embed(page, 0), new Embed(page, 1)];
  await expect(sales.badge).toBeVisible();
  await expect(support.badge).toBeVisible();
  const before = [await unread(sales), await unread(support)];
  const customer = await enterShop(await open(), hub.url);
  await customer.write('For Sales alone');
  await expect(sales.badge).toHaveText(String(before[0] + 1));
  expect(await unread(support)).toBe(before[1]);
  await support.open();
  await support.panel.isLive();
  await expect(support.panel.row('For Sales alone')).toHaveCount(0);
  await sales.open();
  await sales.panel.open('For Sales alone');
  await sales.panel.write('From Sales');
  await expect(customer.message('From Sales')).toBeVisible();
});

test('one at a time: another operator’s panel takes the place, clean', async ({ hosts, company, open }) => {
  const [support] = await company.operatorsOf('Support');
  const page = await open();
  await page.goto(`${hosts.origin}/one-at-a-time/`);
  const embed = new Embed(page);
  await page.getByRole('button', { name: 'Sales' }).click();
  await embed.open();
  await embed.panel.isLive();
  const former = await embed.panel.chatIds();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('not for Support');
  await page.getByRole('button', { name: 'Support' }).click();
  await expect(embed.panel.root).toContainText(support.name);
  await embed.panel.isLive();
  expect((await embed.panel.chatIds()).filter((id) => former.includes(id))).toEqual([]);
  await expect(embed.panel.root).not.toContainText('not for Support');
  await expect(page.locator('operator-chat-panel')).toHaveCount(1);
});

test.describe('safe loading', () => {
  test('a token that is not valid: the page’s own words, and no panel', async ({ hosts, open, complaints }) => {
    complaints.allow(/^Invalid operator token/);
    hosts.words.set('YOUR_OPERATOR_TOKEN', 'not-a-token');
    const page = await open();
    await page.goto(`${hosts.origin}/safe-loading/`);
    await expect(page.getByText('Chat is temporarily unavailable.')).toBeVisible();
    await expect(page.locator('operator-chat-panel')).toHaveCount(0);
  });

  test('a loader that can’t be fetched: `error` fires and the page acts', async ({ hosts, open, complaints }) => {
    complaints.allow(/^Failed to load resource: net::ERR_FAILED/, /^Failed to load chat widget: Error: Failed to load widget/);
    const page = await open();
    await page.route('**/widget-script.js', (route) => route.abort());
    await page.goto(`${hosts.origin}/safe-loading/`);
    await expect(page.getByRole('link', { name: 'support@example.com' })).toBeVisible();
  });
});
