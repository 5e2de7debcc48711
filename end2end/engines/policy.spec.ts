// Pages with a Content-Security-Policy: those of the guide, as strict as they come, and one that forbids sockets.

import { panelTag } from '../fixtures/index.ts';
import { expect, test } from './test.ts';
import { Embed } from './windows.ts';

test('strict policies of every kind: the panel is up, and nothing of it had to be stopped', async ({ hosts, party, shop, allowed }) => {
  const customer = await shop();
  const embed = new Embed(await party());
  for (const page of ['nonce', 'strict-dynamic', 'allow-list']) {
    await test.step(page, async () => {
      await embed.party.goto(`${hosts.origin}/strict-csp/${page}.html`);
      // Open after the first page, as it was left.
      if (page === 'nonce') await embed.open();
      await embed.window.isThere();
      await embed.panel.isLive();
      await customer.write(`Through ${page}?`);
      await embed.panel.open(`Through ${page}?`);
      await embed.panel.write(`Through ${page}.`);
      await customer.messages.says(`Through ${page}.`);
      // Styled, though the page allows no style of its own.
      const display = () => getComputedStyle(document.querySelector('operator-chat-panel')!.shadowRoot!.querySelector('.ch-panel')!).display;
      expect(await embed.party.run(display, undefined)).toMatch(/flex|grid/);
    });
  }
  // The policy was in force, and what it stops is heard of: a picture of somebody else's, and nothing before it.
  allowed.push(/Content-Security-Policy: .*stopped\.png/);
  await embed.party.run(() => void (new Image().src = 'http://localhost:1/stopped.png'), undefined);
  await expect.poll(() => hosts.violations, { timeout: 30_000 }).toEqual([expect.stringContaining('stopped.png')]);
});

test('a policy without sockets: the launcher has its number, and a conversation goes both ways', async ({ hub, company, foreign, party, shop, allowed }) => {
  allowed.push(/Content-Security-Policy: .*\(connect-src\) at ws:/);
  const [operator] = await company.operatorsOf('Sales');
  const customer = await shop();
  const embed = new Embed(await party());
  const policy = `<meta http-equiv="Content-Security-Policy" content="connect-src ${hub.url}">`;
  await embed.party.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id)), policy));
  await embed.badge.isThere();
  const unread = Number((await embed.badge.texts())[0]);
  await customer.write('Through the wall');
  await embed.badge.says(String(unread + 1));
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Through the wall');
  await embed.panel.write('And back');
  await embed.panel.hasSent('And back');
  await customer.messages.says('And back');
  await customer.write('Once more');
  await embed.panel.messages.says('Once more');
  expect(await embed.panel.texts()).toEqual(['Through the wall', 'And back', 'Once more']);
  // It was so: no socket can be made here.
  const made = (url: string) =>
    new Promise<boolean>((resolve) => {
      try {
        const socket = new WebSocket(url);
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      } catch {
        resolve(false);
      }
    });
  expect(await embed.party.run(made, hub.url.replace('http', 'ws') + '/api/stream')).toBe(false);
});

test('a Dutch page that lets in scripts by nonce alone: both launchers speak Dutch', async ({ hub, company, foreign, party }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await party();
  const nonce = 'r4nd0m';
  const policy = `<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-${nonce}'">`;
  const customer = `<script type="module" nonce="${nonce}" src="${hub.url}/customer-chat.js" organization="${operator.organization.id}"></script>`;
  const panel = panelTag(hub.url, await company.operatorToken(operator.id), { more: `nonce="${nonce}"` });
  await page.goto(foreign.show(customer + panel, policy, 'nl'));
  const name = (element: string) => document.querySelector(element)?.shadowRoot?.querySelector('.launcher')?.getAttribute('aria-label') ?? '';
  await expect.poll(() => page.run(name, 'chathub-customer-chat'), { timeout: 30_000 }).toBe('Chat openen');
  await expect.poll(() => page.run(name, 'operator-chat-panel'), { timeout: 30_000 }).toMatch(/^Chats van medewerkers openen, \S*Sales/);
});
