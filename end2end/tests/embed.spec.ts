// The operator's panel in somebody else's page, through the script tag of the guide.

import {
  CustomerChat,
  Embed,
  SCRIPT_ID,
  answered,
  expect,
  inject,
  listenForErrors,
  openSockets,
  panelTag,
  test,
} from '../fixtures/index.ts';

test('the demo’s back office: unread on the launcher, then a conversation', async ({ hub, open }) => {
  const office = new Embed(await open());
  await office.page.goto(`${hub.url}/demo/back-office`);
  // The demonstration's story leaves some unread.
  await expect(office.badge).toBeVisible();
  const before = Number(await office.badge.textContent());

  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('A question for the back office');
  await expect(office.badge).toHaveText(String(before + 1));

  await office.open();
  await office.panel.isLive();
  await office.panel.open('A question for the back office');
  await office.panel.write('An answer from there');
  await expect(customer.message('An answer from there')).toBeVisible();
  await expect(customer.message('A question for the back office')).toHaveAttribute('data-state', 'read');
});

test.describe('on a page of another origin', () => {
  test('the panel is served, hydrated and live', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const token = await company.operatorToken(operator.id);
    const page = await open();
    await page.goto(foreign.show(panelTag(hub.url, token)));
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();

    const customer = new CustomerChat(await open());
    await customer.page.goto(`${hub.url}/demo/shop`);
    await customer.open();
    await customer.write('From the shop');
    await embed.panel.open('From the shop');
    await embed.panel.write('From elsewhere');
    await expect(customer.message('From elsewhere')).toContainText(operator.name);
    // The window is as it was after a reload.
    await page.reload();
    await expect(embed.window).toBeVisible();
    await embed.panel.isLive();
    await expect(embed.panel.row('From elsewhere')).toBeVisible();
  });

  test('is up without WASM: the server rendered it', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    // Never answered, so that nothing of it can be what is seen.
    await page.route('**/*.wasm', () => {});
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await embed.open();
    await expect(embed.panel.list.locator('li[data-chat-id]').first()).toBeVisible();
    await expect(embed.panel.root).not.toHaveAttribute('data-hydrated', /.*/);
  });

  test('taken out, nothing is left of it', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    const sockets = openSockets(page);
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();
    expect(sockets.size).toBe(1);
    await page.evaluate((id) => document.getElementById(id)!.remove(), SCRIPT_ID);
    await expect(embed.element).toHaveCount(0);
    await expect.poll(() => sockets.size).toBe(0);
    // And back, though the browser does not run a module twice.
    await inject(page, hub.url, await company.operatorToken(operator.id));
    await embed.panel.isLive();
  });

  test('removed and added in one go, it stays and goes on under the fresh token', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    const sockets = openSockets(page);
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();
    await embed.panel.list.locator('li[data-chat-id] button').first().click();
    await embed.panel.input.fill('half an ans');
    await embed.panel.root.evaluate((root) => ((root as any).same = true));

    const asked = page.waitForResponse('**/operator-chat-panel/panel');
    await inject(page, hub.url, await company.operatorToken(operator.id, 7_200_000), { remove: true });
    await asked;
    await embed.panel.write('half an answer');
    await expect(embed.panel.message('half an answer')).toHaveAttribute('data-state', /sent|read/);
    expect(await embed.panel.root.evaluate((root) => (root as any).same)).toBe(true);
    await expect(page.locator('operator-chat-panel')).toHaveCount(1);
    expect(sockets.size).toBe(1);
  });

  test('a draft outlives a token refresh', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();
    await embed.panel.list.locator('li[data-chat-id] button').first().click();
    await embed.panel.input.fill('half an ans');
    const asked = page.waitForResponse('**/operator-chat-panel/panel');
    // As the Vue sample does it: the text of a JSON answer in the attribute.
    const fresh = JSON.stringify({ token: await company.operatorToken(operator.id, 7_200_000) });
    await page.evaluate(([id, fresh]) => document.getElementById(id)!.setAttribute('token', fresh), [SCRIPT_ID, fresh]);
    expect((await asked).status()).toBe(200);
    await expect(embed.panel.input).toHaveValue('half an ans');
    await embed.panel.isLive();
  });

  test('a token of another operator brings a clean panel', async ({ hub, company, foreign, open }) => {
    const [sales] = await company.operatorsOf('Sales');
    const [support] = await company.operatorsOf('Support');
    const page = await open();
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(sales.id))));
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();
    const former = await embed.panel.chatIds();
    await embed.panel.list.locator('li[data-chat-id] button').first().click();
    await embed.panel.input.fill('not for support');

    await inject(page, hub.url, await company.operatorToken(support.id), { remove: true });
    await expect(embed.panel.root).toContainText(support.name);
    await embed.panel.isLive();
    await expect(embed.panel.log).toHaveCount(0);
    const now = await embed.panel.chatIds();
    expect(now.filter((id) => former.includes(id))).toEqual([]);
    await expect(embed.panel.root).not.toContainText('Draft');
  });

  test('injected, as a single-page application does it, in StrictMode', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const token = await company.operatorToken(operator.id);
    const page = await open();
    await page.goto(foreign.show(''));
    await inject(page, hub.url, token);
    await inject(page, hub.url, token, { remove: true });
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();
    await expect(page.locator('operator-chat-panel')).toHaveCount(1);
    // Navigation that swaps the body does not take the panel along.
    await page.evaluate((id) => {
      document.head.append(document.getElementById(id)!);
      document.body.innerHTML = '<main><h1>Another view</h1></main>';
    }, SCRIPT_ID);
    await expect(embed.window).toBeVisible();
    await embed.panel.isLive();
  });

  test('two organizations on one page stay apart', async ({ hub, company, foreign, open }) => {
    const [sales] = await company.operatorsOf('Sales');
    const [support] = await company.operatorsOf('Support');
    const page = await open();
    await page.goto(
      foreign.show(
        panelTag(hub.url, await company.operatorToken(sales.id), { id: `${SCRIPT_ID}-sales` }) +
          panelTag(hub.url, await company.operatorToken(support.id), { id: `${SCRIPT_ID}-support` }),
      ),
    );
    const [first, second] = [new Embed(page, 0), new Embed(page, 1)];
    await first.isWatching();
    await second.isWatching();
    const [a, b] = [(await first.launcher.boundingBox())!, (await second.launcher.boundingBox())!];
    expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual(a.width);
    await first.open();
    await first.panel.isLive();
    await second.open();
    await second.panel.isLive();
    await expect(first.window).toBeHidden();
    const ids = await first.panel.chatIds();
    expect(ids.length).toBeGreaterThan(0);
    expect((await second.panel.chatIds()).filter((id) => ids.includes(id))).toEqual([]);
  });

  test('a bad token: an event for the page, words for the operator', async ({ hub, foreign, open, complaints }) => {
    complaints.allow(answered(401));
    const page = await open();
    const errors = await listenForErrors(page);
    await page.goto(foreign.show(panelTag(hub.url, 'not-a-token', { more: 'data-fallback-email="help@example.com"' })));
    await expect.poll(errors).toHaveLength(1);
    expect((await errors())[0]).toContain('Invalid token');
    const embed = new Embed(page);
    await embed.open();
    await expect(embed.note).toContainText('was not accepted');
    await expect(embed.note.getByRole('link', { name: 'help@example.com' })).toBeVisible();
    // A second and a third: from then on the page is not told, so that its refreshing ends.
    for (const token of ['nor-this', 'nor-that']) {
      const refused = page.waitForResponse((answer) => answer.url().endsWith('/panel') && answer.status() === 401);
      await inject(page, hub.url, token, { remove: true, more: { 'data-fallback-text': `Ring us: ${token}` } });
      await refused;
      await expect(embed.note).toContainText(`Ring us: ${token}`);
    }
    expect(await errors()).toHaveLength(2);
  });

  test('a token that runs out while the panel is open', async ({ hub, company, foreign, open, complaints }) => {
    complaints.allow(answered(401));
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    const errors = await listenForErrors(page);
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await embed.open();
    await embed.panel.isLive();
    await embed.panel.list.locator('li[data-chat-id] button').first().click();
    await embed.panel.input.fill('kept over the expiry');
    await embed.setToken(await company.operatorToken(operator.id, 4_000));
    await expect.poll(errors).toHaveLength(1);
    expect((await errors())[0]).toContain('token expired');
    // It is said once, by the panel itself, and on the launcher for who has closed it.
    await expect(embed.panel.root).toContainText('has expired');
    await expect(embed.note).toBeEmpty();
    await expect(embed.launcher).toHaveAccessibleName(/has expired/);
    await expect(embed.badge).toHaveText('!');

    await inject(page, hub.url, await company.operatorToken(operator.id), { remove: true });
    await embed.panel.isLive();
    await expect(embed.note).toBeEmpty();
    await expect(embed.panel.input).toHaveValue('kept over the expiry');
    await embed.panel.input.press('Enter');
    await expect(embed.panel.message('kept over the expiry')).toHaveAttribute('data-state', /sent|read/);
  });

  test('the element’s methods and events', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    await page.addInitScript(() => {
      const heard: string[] = ((window as any).heardEvents = []);
      for (const name of ['ready', 'unread', 'message']) document.addEventListener(`chathub:${name}`, () => heard.push(name));
    });
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await embed.isWatching();
    const heard = () => page.evaluate(() => (window as any).heardEvents as string[]);
    await expect.poll(heard).toContain('ready');
    const call = (name: string, argument?: unknown) =>
      embed.element.evaluate((element, [name, argument]) => (element as any)[name as string](argument), [name, argument]);
    await call('open');
    await expect(embed.window).toBeVisible();
    await embed.panel.isLive();
    await call('toggle');
    await expect(embed.window).toBeHidden();
    const [id] = await embed.panel.chatIds();
    for (const none of ['x', -1, 1.5, null, {}]) await call('openChat', none);
    await expect(embed.window).toBeHidden();
    await call('openChat', id);
    await expect(embed.window).toBeVisible();
    await expect(embed.panel.log).toBeVisible();
    await call('close');

    const customer = new CustomerChat(await open());
    await customer.page.goto(`${hub.url}/demo/shop`);
    await customer.open();
    await customer.write('Hear, hear');
    await expect.poll(heard).toContain('message');
    expect(await heard()).toContain('unread');
    await call('destroy');
    await expect(embed.element).toHaveCount(0);
  });

  test('a hub that is not there: words, and another try', async ({ hub, company, foreign, open, complaints }) => {
    complaints.allow(/^Failed to load resource: net::ERR_FAILED/);
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    await page.route('**/operator-chat-panel/panel', (route) => route.abort());
    await page.goto(
      foreign.show(panelTag(hub.url, await company.operatorToken(operator.id), { more: 'data-fallback-url="https://example.com/help"' })),
    );
    const embed = new Embed(page);
    await embed.open();
    await expect(embed.note).toContainText("can't be reached");
    await expect(embed.note.getByRole('link')).toHaveAttribute('href', 'https://example.com/help');
    await page.unroute('**/operator-chat-panel/panel');
    await embed.panel.isLive();
    await expect(embed.note).toBeEmpty();
  });
});
