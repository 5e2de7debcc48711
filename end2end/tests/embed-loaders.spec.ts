// What the loader brings, whether it is what was built, and several loaders in one page.

import type { Page, Route } from '@playwright/test';
import { Embed, SCRIPT_ID, expect, expectBox, panelTag, test } from '../fixtures/index.ts';

const REFUSED = [/integrity/, /Failed to load resource/, /^Failed to find a valid digest/];

for (const file of ['**/opened.js*', '**/pkg/*.js*', '**/pkg/*.wasm', '**/pkg/*.css']) {
  test(`what is not as it was built does not run: ${file}`, async ({ hub, company, foreign, open, complaints }) => {
    complaints.allow(...REFUSED);
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    let broken = 0;
    const tamper = async (route: Route) => {
      const answer = await route.fetch();
      broken++;
      const body = `${await answer.text()}\n/* somebody was here */`;
      await route.fulfill({ response: answer, body });
    };
    await page.route(file, tamper);
    await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await embed.open();
    await expect(embed.note).toContainText("can't be reached");
    expect(broken).toBeGreaterThan(0);
    await expect(embed.panel.root.and(page.locator('[data-hydrated]'))).toHaveCount(0);
    await page.unroute(file, tamper);
    await embed.panel.isLive();
  });
}

test('a pinned loader and the stable one in one page: each script has one panel', async ({ hub, company, foreign, open }) => {
  const [sales] = await company.operatorsOf('Sales');
  const [support] = await company.operatorsOf('Support');
  const { src, integrity } = await (await fetch(`${hub.url}/operator-chat-panel/version.json`)).json();
  const page = await open();
  const pinned = `<script type="module" id="${SCRIPT_ID}-support" src="${hub.url}${src}" integrity="${integrity}"
    crossorigin token="${await company.operatorToken(support.id)}"></script>`;
  const stable = panelTag(hub.url, await company.operatorToken(sales.id), { id: `${SCRIPT_ID}-sales` });
  await page.goto(foreign.show(pinned + stable));
  await new Embed(page, 0).isWatching();
  await new Embed(page, 1).isWatching();
  await expect(page.locator('operator-chat-panel')).toHaveCount(2);
  for (const place of [0, 1]) {
    await new Embed(page, place).open();
    await new Embed(page, place).panel.isLive();
  }
});

test('two hubs in one page, both with the loader they serve', async ({ hub, company, foreign, open }) => {
  const [sales] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(sales.id);
  // Another origin, though the same server.
  const other = hub.url.replace('127.0.0.1', 'localhost');
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, token) + panelTag(other, token, { id: `${SCRIPT_ID}-2` })));
  const [a, b] = [new Embed(page, 0), new Embed(page, 1)];
  await a.isWatching();
  await b.isWatching();
  const [first, second] = [(await a.launcher.boundingBox())!, (await b.launcher.boundingBox())!];
  expect(Math.abs(first.x - second.x)).toBeGreaterThanOrEqual(first.width);
  await a.open();
  await a.panel.isLive();
  await b.open();
  await b.panel.isLive();
  await expect(a.window).toBeHidden();
});

test('a copy from before this one shares the page: its panels count', async ({ hub, company, foreign, open }) => {
  const [sales] = await company.operatorsOf('Sales');
  const page = await open();
  await page.addInitScript(() => {
    // The registry as the first release made it, with a panel of another hub in it, and its policy, which knew no scripts.
    const panel = Object.assign(document.createElement('div'), { close: () => ((window as any).formerClosed = true) });
    (window as any)[Symbol.for('chathub.operator-chat-panel')] = {
      hubs: new Set(['https://elsewhere']),
      panels: new Set([panel]),
      policy: (window as any).trustedTypes.createPolicy('chathub', { createHTML: (text: string) => text }),
    };
  });
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(sales.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  await expectBox(embed.launcher, { x: 1280 - 76 - 68 });
  await embed.open();
  expect(await page.evaluate(() => (window as any).formerClosed)).toBe(true);
  await embed.panel.isLive();
});

/** Lets a page believe that the hub was upgraded after its panel came. */
async function upgraded(page: Page): Promise<void> {
  await page.routeWebSocket(/\/api\/stream$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(String(message).replace(/"build":"[^"]*"/, '"build":"the next one"')));
  });
}

test('the hub was upgraded: the panel offers its next build, and goes on where it was', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await upgraded(page);
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await expect(embed.panel.log.locator('li.ch-message').first()).toBeVisible();
  const texts = await embed.panel.texts();
  await embed.panel.root.evaluate((root) => ((root as any).former = true));
  const asked = page.waitForResponse('**/operator-chat-panel/panel');
  await embed.panel.root.getByRole('button', { name: 'Reload' }).click();
  await asked;
  await expect.poll(() => embed.panel.root.evaluate((root) => (root as any).former)).toBeUndefined();
  await embed.panel.isLive();
  await expect.poll(() => embed.panel.texts()).toEqual(texts);
  await expect(page.locator('operator-chat-panel')).toHaveCount(1);
  await expect(embed.note).toBeEmpty();
});
