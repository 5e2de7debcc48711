// A page that does all at once what pages have done to other chats: old libraries, a modal that traps the focus, keys
// listened for on every phase, a style sheet that stops at nothing, a translator, wrapped sockets and requests, right to
// left, the smallest of windows.

import { CustomerChat, Embed, enterShop, expect, test } from '../fixtures/index.ts';

for (const viewport of [{ width: 1280, height: 800 }, { width: 320, height: 256 }]) {
  test(`the page of horrors, ${viewport.width} × ${viewport.height}: a conversation goes both ways`, async ({ company, hosts, open }) => {
    const [{ id }] = (await company.organizations()).filter(({ name }) => name === 'Sales');
    hosts.words.set('SALES_ID', String(id));
    const page = await open({ viewport, locale: 'ar' });
    await page.goto(`${hosts.origin}/horrors/`);
    const embed = new Embed(page);
    const customer = new CustomerChat(page);
    // The demonstration's own chats wait.
    await expect(embed.badge).toHaveText(/^\d$/);
    await expect(page.locator('#modal')).toBeVisible();

    await customer.open();
    await customer.input.click();
    await page.keyboard.type('هل من أحد هنا؟ /?g');
    await page.keyboard.press('Enter');
    await expect(customer.message('هل من أحد هنا؟ /?g')).toHaveAttribute('data-state', /sent|read/);
    await customer.close();

    await embed.open();
    await embed.panel.isLive();
    await embed.panel.open('هل من أحد هنا؟');
    await embed.panel.input.click();
    await page.keyboard.type('نعم، أنا هنا. /?g');
    await page.keyboard.press('Enter');
    await expect(embed.panel.message('نعم، أنا هنا. /?g')).toHaveAttribute('data-state', /sent|read/);
    // Another chat, and its name in the head: nothing of the former one stays.
    await embed.panel.back();
    await embed.panel.open('Oliver Grant');
    await expect(embed.panel.root.getByRole('heading', { name: 'Oliver Grant' })).toBeVisible();
    await embed.panel.back();
    await embed.close();

    await customer.open();
    // Nothing of the page's style comes in, and nothing lies over what can be pressed.
    await expect(customer.window).toHaveCSS('letter-spacing', 'normal');
    await expect(customer.window).toHaveCSS('text-transform', 'none');
    await customer.root.getByRole('button', { name: 'Send' }).click({ trial: true });
    await expect(customer.log).toContainText('نعم، أنا هنا. /?g');
    await customer.write('شكرا');
    await customer.close();
    await embed.open();
    await expect(embed.panel.row('شكرا')).toBeVisible();
    // The page heard none of the keys, and was at work all the time.
    expect(await page.evaluate(() => (window as any).shortcuts)).toEqual([]);
    expect(await page.evaluate(() => (window as any).sockets)).toBeGreaterThan(1);
    expect(await page.evaluate(() => (window as any).lost)).toBe(0);
    await expect(page.locator('#probe font')).not.toHaveCount(0);
  });
}

test('the page of horrors where sockets are blocked: the panel goes the other way', async ({ hub, hosts, open }) => {
  const customer = await enterShop(await open(), hub.url);
  const page = await open();
  // Nothing is heard of them, as behind a proxy that swallows them.
  await page.routeWebSocket(/\/api\/stream$/, (socket) => socket.close());
  await page.goto(`${hosts.origin}/horrors/`);
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await customer.write('Do you hear me?');
  await embed.panel.open('Do you hear me?');
  await embed.panel.write('I do.');
  await expect(customer.message('I do.')).toBeVisible();
  await customer.write('So do I.');
  await expect(embed.panel.message('So do I.')).toBeVisible();
  expect(await page.evaluate(() => (window as any).requests)).toBeGreaterThan(4);
});
