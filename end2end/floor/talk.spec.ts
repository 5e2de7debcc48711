// The ordinary day in the oldest Chromium that is promised, in both windows and the console.

import { readFileSync } from 'node:fs';
import { CustomerChat, Embed, converse, enterShop, expect, expectBox, openConsole, test } from '../fixtures/index.ts';

test('it is the version that is promised', async ({ browser }) => {
  const pinned = readFileSync(new URL('../../toolchain/versions.env', import.meta.url), 'utf8');
  expect(browser.version().split('.')[0]).toBe(/^FLOOR_CHROMIUM=(.*)$/m.exec(pinned)![1]);
});

test('a conversation goes both ways, between the shop and the panel in the back office', async ({ hub, open }) => {
  const embed = new Embed(await open());
  await embed.page.goto(`${hub.url}/demo/back-office`);
  await embed.isWatching();
  await expectBox(embed.launcher, { x: 1280 - 20 - 56, y: 800 - 20 - 56, width: 56, height: 56 });
  const customer = await enterShop(await open({ viewport: { width: 360, height: 740 } }), hub.url);
  await expectBox(customer.window, { x: 0, y: 0, width: 360, height: 740 });
  await converse(embed, customer, 'the kettle');
  // What comes is read out: nothing in it is still on its way.
  await expect(embed.window).toHaveAttribute('aria-busy', 'false');
  // One live event after the other: none is lost to a method that the browser lacks.
  await customer.write('In which colours?\nRed would be nice.');
  await expect(embed.panel.message('In which colours?\nRed would be nice.')).toBeVisible();
  await embed.panel.write('Red 🫖 and blue');
  await customer.input.fill('Then');
  await expect(embed.panel.typing).toBeVisible();
  await expect(customer.message('Red 🫖 and blue')).toBeVisible();
  expect(await customer.texts()).toEqual(await embed.panel.texts());
  await expect(embed.panel.message('Red 🫖 and blue')).toHaveAttribute('data-state', 'read');
  await customer.close();
  await embed.panel.write('Shall I put one aside?');
  await expect(customer.badge).toHaveText('1');
});

test('signing in to the console, and an answer from there', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  // As high as the window, under the bar.
  const bar = (await panel.page.locator('.console-bar').boundingBox())!;
  await expectBox(panel.root, { x: 0, y: bar.height, width: 1280, height: 800 - bar.height });
  const customer = await enterShop(await open(), hub.url);
  await customer.write('Is anybody here?');
  await panel.open('Is anybody here?');
  await panel.write('I am.');
  await expect(customer.message('I am.')).toBeVisible();
});

test('in the embedded panel the head has room for a name', async ({ hub, open }) => {
  const embed = new Embed(await open());
  await embed.page.goto(`${hub.url}/demo/back-office`);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Oliver Grant');
  const name = embed.panel.root.getByRole('heading', { name: 'Oliver Grant' });
  expect(await name.evaluate((heading) => heading.scrollWidth - heading.clientWidth)).toBe(0);
});

test('fields grow with what is written, and messages end with their time', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = await enterShop(await open(), hub.url);
  // Its last line is short, and the time stands at the end of the longest.
  await customer.write(`${'Which of them is the lightest? '.repeat(8)}\nThe red one?`);
  await panel.open('Which of them');
  const bubble = (await panel.log.locator('.ch-bubble').last().boundingBox())!;
  const end = (await panel.log.locator('.ch-message-end').last().boundingBox())!;
  expect(bubble.x + bubble.width - end.x - end.width).toBeLessThan(12);
  for (const input of [panel.input, customer.input]) {
    const before = (await input.boundingBox())!;
    await input.fill('One line\nand another\nand a third');
    await expect.poll(async () => (await input.boundingBox())!.height).toBeGreaterThan(before.height + 30);
  }
});

for (const [colorScheme, ground, ink] of [['light', 'rgb(255, 255, 255)', 'rgb(27, 29, 35)'], ['dark', 'rgb(23, 24, 28)', 'rgb(230, 231, 235)']] as const) {
  test(`${colorScheme} is ${colorScheme} everywhere`, async ({ hub, company, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const panel = await openConsole(await open({ colorScheme }), hub.url, operator.name);
    await expect(panel.root).toHaveCSS('background-color', ground);
    await expect(panel.root).toHaveCSS('color', ink);
    await expect(panel.page.locator('.console-bar')).toHaveCSS('background-color', ground);
    // Tints that are mixed where the browser can: none is missing.
    await expect(panel.list.locator('.ch-avatar').first()).not.toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
    await panel.list.locator('li[data-chat-id] button').first().click();
    await expect(panel.list.locator('[aria-current]')).not.toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
    await panel.write('Yes');
    await expect(panel.log.locator('.ch-message-out .ch-bubble').last()).not.toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');

    const embed = new Embed(await open({ colorScheme }));
    await embed.page.goto(`${hub.url}/demo/back-office`);
    await embed.open();
    await embed.panel.isLive();
    await expect(embed.window).toHaveCSS('background-color', ground);
    await expect(embed.panel.root).toHaveCSS('background-color', ground);

    const customer = await enterShop(await open({ colorScheme }), hub.url);
    await expect(customer.window).toHaveCSS('background-color', ground);
  });
}
