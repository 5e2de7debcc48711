// What axe finds in the panel's states inside other people's pages: nothing, light and dark.

import { Embed, HUB_IS_DOWN, SCRIPT_ID, answered, checkAccessibility, enterShop, expect, test } from '../fixtures/index.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`from loading to offline, ${colorScheme}`, async ({ hub, hosts, open, complaints }) => {
    complaints.allow(...HUB_IS_DOWN);
    // Motion would be caught halfway, with colours that nobody sees for longer than a frame.
    const page = await open({ colorScheme, reducedMotion: 'reduce' });
    let letThrough = () => {};
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    await page.route('**/operator-chat-panel/panel', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${hosts.origin}/static-html/`);
    const embed = new Embed(page);
    await expect(embed.launcher).toBeVisible();
    await checkAccessibility(page, 'closed');
    await embed.open();
    await expect(embed.window).toContainText('Loading');
    await checkAccessibility(page, 'loading');
    letThrough();
    await embed.panel.isLive();
    await checkAccessibility(page, 'the list');
    const customer = await enterShop(await open(), hub.url);
    await customer.write('Is it in stock?');
    await embed.panel.open('Is it in stock?');
    await embed.panel.write('It is');
    await expect(customer.message('It is')).toBeVisible();
    await embed.panel.input.fill('And it is');
    await checkAccessibility(page, 'a chat and a half-written answer');
    await hub.kill();
    await embed.panel.isNotLive();
    await embed.panel.input.press('Enter');
    await expect(embed.panel.log.locator('li[data-state="sending"]')).toBeVisible();
    await checkAccessibility(page, 'offline, with an answer that waits');
    await hub.restart();
  });

  test(`refused, and several side by side, ${colorScheme}`, async ({ hosts, open, complaints }) => {
    complaints.allow(answered(401));
    const page = await open({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(`${hosts.origin}/two-organizations/`);
    await expect(new Embed(page, 1).badge).toBeVisible();
    await checkAccessibility(page, 'two launchers');
    await page.evaluate((id) => {
      const script = document.getElementById(`${id}-sales`)!;
      script.dataset.fallbackText = 'Ring us: 555 0100';
      script.dataset.fallbackEmail = 'help@example.com';
      script.setAttribute('token', 'not-a-token');
    }, SCRIPT_ID);
    const embed = new Embed(page);
    await embed.open();
    await expect(embed.note).toContainText('not accepted');
    await checkAccessibility(page, 'refused, with another way to be reached');
  });
}
