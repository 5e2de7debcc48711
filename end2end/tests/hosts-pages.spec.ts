// Pages that make it hard: strict policies, style sheets that stop at nothing, several loaders, frames.

import type { Page } from '@playwright/test';
import { Company, Embed, converse, enterShop, expect, panelTag, test } from '../fixtures/index.ts';
import { Hub } from '../fixtures/hub.ts';

/** What the page's policy has refused so far. */
async function listenForViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const heard: string[] = ((window as any).violations = []);
    document.addEventListener('securitypolicyviolation', (event) =>
      heard.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  return () => page.evaluate(() => (window as any).violations);
}

for (const name of ['nonce', 'strict-dynamic', 'allow-list']) {
  test(`a strict policy, ${name}: the whole panel works and nothing is refused`, async ({ hub, hosts, open }) => {
    const page = await open();
    const violations = await listenForViolations(page);
    await page.goto(`${hosts.origin}/strict-csp/${name}.html`);
    const embed = new Embed(page);
    await converse(embed, await enterShop(await open(), hub.url));
    // Back to the list, another chat, and forth again: all that the panel builds in the browser.
    await embed.panel.back();
    for (const row of [1, 2]) {
      await embed.panel.list.locator('li[data-chat-id] button').nth(row).click();
      await expect(embed.panel.log.locator('li.ch-message').first()).toBeVisible();
    }
    await embed.panel.write('Under a strict policy');
    await expect(embed.panel.message('Under a strict policy')).toHaveAttribute('data-state', /sent|read/);
    await embed.close();
    expect(await violations()).toEqual([]);
    // It is styled, though the page's policy allows no style.
    await embed.open();
    await expect(embed.window).toHaveCSS('border-radius', '16px');
  });
}

test('aggressive CSS: it does not reach into the panel, nor the panel out of it', async ({ hub, hosts, open }) => {
  const plain = new Embed(await open());
  await plain.page.goto(`${hosts.origin}/static-html/`);
  await plain.open();
  await plain.panel.isLive();
  const embed = new Embed(await open());
  await embed.page.goto(`${hosts.origin}/aggressive-css/`);
  const probe = embed.page.locator('#probe');
  const sheets = () => embed.page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length);
  await expect(probe).toHaveCSS('direction', 'rtl');
  await converse(embed, await enterShop(await open(), hub.url));
  await embed.panel.back();
  // Each property that a page could have changed is as it is in a page that changes none.
  const computed = (of: Embed) =>
    of.element.evaluate((element) =>
      ['.window', '.launcher', '.note', '.ch-panel', '.ch-panel li', '.ch-panel button'].flatMap((selector) => {
        const style = getComputedStyle(element.shadowRoot!.querySelector(selector)!);
        const names = [
          'display', 'visibility', 'opacity', 'position', 'color', 'background-color', 'font-family', 'font-size', 'line-height',
          'letter-spacing', 'text-transform', 'direction', 'pointer-events', 'user-select', 'transform', 'z-index', 'width',
        ];
        return names.map((name) => `${selector} ${name}: ${style.getPropertyValue(name)}`);
      }),
    );
  // Nothing is under the pointer.
  await embed.page.mouse.move(0, 0);
  const untouched = await computed(plain);
  await expect.poll(() => computed(embed)).toEqual(untouched);
  // Nor do the page's own words for the top layer, which would lay a sheet over all of it.
  expect(await embed.element.evaluate((element) => getComputedStyle(element, '::backdrop').display)).toBe('none');
  await expect(probe).toHaveCSS('direction', 'rtl');
  expect(await sheets(), 'the page’s own style sheet and no other').toBe(1);
});

test('an iframe holds the panel as a page does', async ({ hub, hosts, open }) => {
  const page = await open();
  await page.goto(`${hosts.origin}/iframe/`);
  const embed = new Embed(page, 0, page.frameLocator('iframe'));
  await converse(embed, await enterShop(await open(), hub.url));
  await expect(page.locator('operator-chat-panel')).toHaveCount(0);
});

test.describe('loaders', () => {
  test('a versioned one with integrity and the stable one share the page', async ({ hub, hosts, open }) => {
    const page = await open();
    await page.goto(`${hosts.origin}/two-loaders/`);
    const [sales, support] = [new Embed(page, 0), new Embed(page, 1)];
    await converse(sales, await enterShop(await open(), hub.url));
    await support.open();
    await support.panel.isLive();
    await expect(support.panel.row('A question about the order')).toHaveCount(0);
    await expect(page.locator('operator-chat-panel')).toHaveCount(2);
  });

  test('of two hubs don’t fight over scripts or the element’s name', async ({ hub, hosts, open }) => {
    const other = await Hub.prepare();
    try {
      await other.start();
      const company = await Company.signIn(other.url, 'demo', 'demo');
      const [operator] = await company.operatorsOf('Sales');
      hosts.words.set('https://second.example', other.url);
      hosts.words.set('SECOND_OPERATOR_TOKEN', await company.operatorToken(operator.id));
      const page = await open();
      await page.goto(`${hosts.origin}/two-loaders/two-hubs.html`);
      await expect(page.locator('operator-chat-panel')).toHaveCount(2);
      const first = new Embed(page, 0);
      const second = new Embed(page, 1);
      await converse(first, await enterShop(await open(), hub.url), 'the first hub');
      await converse(second, await enterShop(await open(), other.url), 'the second hub');
      await expect(second.panel.row('the first hub')).toHaveCount(0);
      await page.close();
      await other.stop();
    } finally {
      await other.remove();
    }
  });

  test('leave scripts alone that are not their hub’s', async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    const own = `<script type="module" id="operator-chat-panel-script-own" src="data:text/javascript," token="x"></script>`;
    await page.goto(foreign.show(own + panelTag(hub.url, await company.operatorToken(operator.id))));
    const embed = new Embed(page);
    await expect(embed.badge).toBeVisible();
    await expect(page.locator('operator-chat-panel')).toHaveCount(1);
    expect(await embed.element.evaluate((element) => element.shadowRoot?.mode)).toBe('open');
  });

  test('run only what their integrity names', async ({ hosts, open, complaints }) => {
    complaints.allow(/^Failed to find a valid digest in the 'integrity' attribute for resource/);
    hosts.words.set('LOADER_INTEGRITY', `sha384-${'A'.repeat(64)}`);
    const page = await open();
    const refused = page.waitForEvent('console', (message) => message.text().includes('valid digest'));
    await page.goto(`${hosts.origin}/two-loaders/`);
    await refused;
    // The stable one, which names none, looks after both elements.
    await expect(page.locator('operator-chat-panel')).toHaveCount(2);
  });
});

for (const [what, files] of Object.entries({ module: '**/pkg/*.js', WASM: '**/pkg/*.wasm', 'style sheet': '**/pkg/*.css' })) {
  test(`a ${what} that was tampered with does not run`, async ({ hosts, open, complaints }) => {
    complaints.allow(
      /^Failed to find a valid digest in the 'integrity' attribute for resource/,
      /^Fetch API cannot load .* SRI's integrity checks failed/,
    );
    const page = await open();
    await page.route(files, async (route) => {
      const answer = await route.fetch();
      const body = Buffer.concat([await answer.body(), Buffer.from(what === 'WASM' ? [0, 1, 0] : '/* more */;self.tampered=1')]);
      const { 'content-encoding': _, 'content-length': __, ...headers } = answer.headers();
      await route.fulfill({ status: 200, headers, body });
    });
    await page.goto(`${hosts.origin}/static-html/`);
    const embed = new Embed(page);
    await embed.open();
    await expect(embed.note).not.toBeEmpty();
    await expect(embed.note).not.toContainText('Loading');
    await expect(embed.panel.root.and(page.locator('[data-hydrated]'))).toHaveCount(0);
    expect(await page.evaluate(() => (self as any).tampered)).toBeUndefined();
  });
}

test('loading: something is seen at once, and the page is not held up', async ({ hosts, open }) => {
  const page = await open();
  // Neither the answer nor the loader's size: nobody answers.
  await page.route('**/operator-chat-panel/panel', () => {});
  await page.goto(`${hosts.origin}/dynamic-injection/`);
  const embed = new Embed(page);
  await expect(embed.launcher).toBeVisible();
  await embed.open();
  await expect(embed.window).toContainText('Loading');
  expect(await page.evaluate(() => document.readyState)).toBe('complete');
});
