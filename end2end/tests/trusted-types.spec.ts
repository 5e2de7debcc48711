// The panel in a page as strict as they come: scripts by nonce, no styles, no markup but through our policy.

import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { CustomerChat, Embed, SCRIPT_ID, expect, test } from '../fixtures/index.ts';

const NONCE = 'r4nd0m';

/** What the guide tells such pages to allow, and nothing else. */
const policy = (hub: string) =>
  [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}' 'strict-dynamic' 'wasm-unsafe-eval'`,
    `connect-src ${hub} ${hub.replace('http', 'ws')}`,
    "style-src 'none'",
    'img-src data:',
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types chathub',
  ].join('; ');

/** Everything that the policy had to stop. */
async function violations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = ((window as any).violations = []);
    document.addEventListener('securitypolicyviolation', (event) =>
      seen.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}`),
    );
  });
  return () => page.evaluate(() => (window as any).violations);
}

/** Chromium's own line for a string that was to become markup. */
const REFUSED = /^This document requires 'TrustedHTML' assignment/;

const strict = test.extend<{ strictPage: (token: string) => Promise<string> }>({
  strictPage: async ({ hub }, use) => {
    let tag = '';
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy(hub.url) });
      response.end(
        `<!doctype html><html lang="en"><title>Strict</title><link rel="icon" href="data:,"><h1>Strict</h1>${tag}</html>`,
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await use(async (token) => {
      const src = `${hub.url}/operator-chat-panel/widget-script.js`;
      tag = `<script type="module" nonce="${NONCE}" id="${SCRIPT_ID}" src="${src}" token="${token}"></script>`;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    server.closeAllConnections();
    server.close();
  },
});

strict('a page that enforces Trusted Types holds the whole panel', async ({ hub, company, open, strictPage, complaints }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const seen = await violations(page);
  // A chat with more than a page of history, and one that is new.
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  for (let line = 1; line <= 60; line++) await customer.write(`Line ${line}`);
  await expect(customer.message('Line 60')).toHaveAttribute('data-state', /sent|read/);

  await page.goto(await strictPage(await company.operatorToken(operator.id)));
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Line 60');
  await expect(embed.panel.message('Line 60')).toBeVisible();
  // Older messages, by scrolling to them.
  await expect(async () => {
    await embed.panel.root.locator('.ch-scroll').evaluate((scroller) => (scroller.scrollTop = -scroller.scrollHeight));
    await expect(embed.panel.message('Line 1')).toBeVisible({ timeout: 500 });
  }).toPass();
  await embed.panel.write('An answer under a strict policy');
  await expect(customer.message('An answer under a strict policy')).toBeVisible();
  // Somebody types, a status and an operator are chosen, another chat is opened, a new one comes.
  await customer.input.pressSequentially('I am');
  await expect(embed.panel.typing).toBeVisible();
  await embed.panel.status.selectOption('2');
  await embed.panel.root.getByRole('combobox', { name: 'Assigned to' }).selectOption('');
  await embed.panel.back();
  const other = new CustomerChat(await open());
  await other.page.goto(`${hub.url}/demo/shop`);
  await other.open();
  await other.write('Another one');
  await embed.panel.open('Another one');
  await embed.panel.write('Welcome');
  await expect(other.message('Welcome')).toBeVisible();
  // Styled, though the page allows no style of its own.
  await expect(embed.panel.root).toHaveCSS('display', /flex|grid/);
  await page.context().setOffline(true);
  await embed.panel.isNotLive();
  await page.context().setOffline(false);
  await embed.panel.isLive();
  expect(await seen()).toEqual([]);
  expect(complaints.list).toEqual([]);
  // And the policy was in force: a string is refused, and seen to be.
  complaints.allow(REFUSED);
  await page.evaluate(() => {
    try {
      document.createElement('div').innerHTML = '<b></b>';
    } catch {}
  });
  await expect.poll(seen).toHaveLength(1);
});

strict('and brings what the panel needs later: the way without WebSockets', async ({ company, open, strictPage, complaints }) => {
  strict.setTimeout(90_000);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const seen = await violations(page);
  await page.routeWebSocket(/\/api\/stream$/, (socket) => socket.close({ code: 1011, reason: 'blocked' }));
  const late = page.waitForRequest(/\/stream\.js/, { timeout: 40_000 });
  await page.goto(await strictPage(await company.operatorToken(operator.id)));
  const embed = new Embed(page);
  await embed.open();
  await late;
  await expect(embed.panel.root).toHaveAttribute('data-connection', 'live', { timeout: 40_000 });
  expect(await seen()).toEqual([]);
  expect(complaints.list).toEqual([]);
});

test('the panel’s code can’t say innerHTML at all', async ({ hub, company }) => {
  test.skip(/\bdebug\b/.test(process.env.CHATHUB_BIN ?? 'debug'), 'a debug build keeps code that nothing calls');
  const [operator] = await company.operatorsOf('Sales');
  const answer = await fetch(`${hub.url}/operator-chat-panel/panel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await company.operatorToken(operator.id)}` },
  });
  const { js } = await answer.json();
  const code = await (await fetch(hub.url + js)).text();
  expect(code).toContain('mount_panel');
  // Everything of the browser that WASM calls goes by name through this file.
  expect(code.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/g)).toBeNull();
});
