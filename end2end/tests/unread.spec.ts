// How much waits to be read: one number, wherever an operator sees it, also when most of it is further down.

import { Embed, expect, openConsole, panelTag, test, writeAs } from '../fixtures/index.ts';

/** More than the list's first page of 50. */
const WRITERS = 72;

test('the list, the launcher and the page are told the same number, of all chats', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const shop = await open();
  await shop.goto(`${hub.url}/demo/shop`);
  for (let number = 1; number <= WRITERS; number++) await writeAs(shop, operator.organization.id, '', `Question ${number}.`);

  const console_ = await openConsole(await open(), hub.url, operator.name);
  const count = console_.root.locator('.ch-count');
  await expect(count).toHaveText(/^\d+ unread$/);
  const all = parseInt((await count.textContent())!);
  expect(all).toBeGreaterThanOrEqual(WRITERS);
  // The story of the demonstration comes before.
  expect((await console_.chatIds()).length).toBe(50);

  const page = await open();
  await page.addInitScript(() => {
    const heard: number[] = ((window as any).heardCounts = []);
    document.addEventListener('chathub:unread', (event) => heard.push((event as CustomEvent).detail.count));
  });
  const heard = (): Promise<number[]> => page.evaluate(() => (window as any).heardCounts);
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.isWatching();
  await expect(embed.badge).toHaveText(String(all));
  expect(await heard()).toEqual([all]);

  // Opened, it is the same; and one less everywhere when a chat is read in one of the windows.
  await embed.open();
  await embed.panel.isLive();
  await expect(embed.panel.root.locator('.ch-count')).toHaveText(`${all} unread`);
  await console_.open(`Question ${WRITERS}.`);
  await expect(count).toHaveText(`${all - 1} unread`);
  await expect(embed.panel.root.locator('.ch-count')).toHaveText(`${all - 1} unread`);
  await embed.close();
  await expect(embed.badge).toHaveText(String(all - 1));
  // Never anything else in between.
  expect(await heard()).toEqual([all, all - 1]);

  // A chat that is further down, in its turn.
  await console_.back();
  await console_.root.getByRole('button', { name: 'Older chats' }).click();
  await expect.poll(async () => (await console_.chatIds()).length).toBeGreaterThanOrEqual(WRITERS);
  await expect(count).toHaveText(`${all - 1} unread`);
  await console_.open('Question 1.');
  await expect(count).toHaveText(`${all - 2} unread`);
  await expect(embed.badge).toHaveText(String(all - 2));
});
