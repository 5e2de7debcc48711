// Links in both windows: the server finds them, the windows draw them.

import { CustomerChat, Panel, expect, openConsole, test } from '../fixtures/index.ts';

const TEXT = '见 (https://en.wiki.example/Foo_(bar))。 https://acme.example@evil.example, anna@acme.example!';
const LINKS = ['https://en.wiki.example/Foo_(bar)', 'mailto:anna@acme.example'];

test('a link is one on both sides, and text until it is stored', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  const panel = await openConsole(await open(), hub.url, operator.name);
  await customer.write(TEXT);
  await panel.open('见');
  await panel.write(TEXT);

  for (const { log } of [customer, panel]) {
    const links = log.getByRole('link').filter({ hasText: /wiki|acme/ });
    await expect(links).toHaveCount(4);
    const drawn = await links.evaluateAll((found) => found.map((link) => [link.getAttribute('href'), link.getAttribute('target'), link.getAttribute('rel')]));
    expect(drawn).toEqual([...LINKS, ...LINKS].map((url) => [url, '_blank', 'noopener noreferrer nofollow']));
    // The text is as it was typed, links and all.
    await expect(log.getByText(TEXT, { exact: true })).toHaveCount(2);
  }
  // And the same after a load, when it comes from history.
  await panel.page.reload();
  await panel.isLive();
  await expect(panel.log.getByRole('link').filter({ hasText: /wiki|acme/ })).toHaveCount(4);
});
