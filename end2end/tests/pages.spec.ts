// The server-rendered pages: they work by forms without any script, and the browser finds nothing to correct in them.

import { HUB_IS_DOWN, Panel, answered, expect, openConsole, operatorDoor, signIn, test } from '../fixtures/index.ts';

test.describe('without JavaScript', () => {
  test('one signs in, chooses an operator and sees the panel’s chats', async ({ hub, company, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open({ javaScriptEnabled: false });
    await signIn(page, hub.url);
    await expect(page.getByRole('heading', { name: 'Sales' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Support' })).toBeVisible();
    await operatorDoor(page, operator.name).click();
    await expect(page).toHaveURL(/\/console\/operators\/\d+/);
    const panel = new Panel(page);
    await expect(panel.list.locator('li[data-chat-id]').first()).toBeVisible();
    await expect(panel.root).not.toHaveAttribute('data-hydrated', /.*/);
  });

  test('a wrong password is said', async ({ hub, open, complaints }) => {
    complaints.allow(answered(401));
    const page = await open({ javaScriptEnabled: false });
    await signIn(page, hub.url, 'demo', 'wrong');
    await expect(page.getByText(/password is wrong/i)).toBeVisible();
    await expect(page.getByLabel('Password')).toHaveValue('');
  });
});

test('hydration finds what the server wrote, in any time zone', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  for (const timezoneId of ['Pacific/Auckland', 'America/Los_Angeles']) {
    const page = await open({ timezoneId, locale: 'de-DE' });
    await signIn(page, hub.url);
    const answer = page.waitForResponse((answer) => /\/console\/operators\/\d+$/.test(answer.url()));
    await operatorDoor(page, operator.name).click();
    const html = await (await answer).text();
    const panel = new Panel(page);
    await panel.isLive();
    const served = [...html.matchAll(/data-chat-id="?(\d+)/g)].map(([, id]) => id);
    expect(served.length).toBeGreaterThan(0);
    expect(await panel.chatIds()).toEqual(served);
  }
});

test('the company’s token stays on the server', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const panel = await openConsole(page, hub.url, operator.name);
  for (const { name, httpOnly, sameSite } of await page.context().cookies()) {
    expect({ name, httpOnly, sameSite }).toMatchObject({ httpOnly: true, sameSite: expect.stringMatching(/Lax|Strict/) });
  }
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toMatch(/eyJ/);
  expect(page.url()).not.toMatch(/eyJ/);
  // Every token in the page is an operator's: it opens none of the company's doors.
  const tokens = new Set((await page.content()).match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []);
  for (const token of tokens) {
    const answer = await fetch(`${hub.url}/api/company/organization`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(403);
  }
  await panel.isLive();
});

test('who is not signed in is asked to', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(`${hub.url}/console/operators/${operator.id}`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('a panel of another company’s operator is not to be had', async ({ hub, open, complaints }) => {
  complaints.allow(answered(404), answered(403));
  const page = await open();
  await signIn(page, hub.url);
  await expect(page.getByRole('heading', { name: 'Sales' })).toBeVisible();
  await page.goto(`${hub.url}/console/operators/999999`);
  await expect(new Panel(page).root).toHaveCount(0);
});

test('the console comes back after a restart, still signed in', async ({ hub, company, open, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const panel = await openConsole(page, hub.url, operator.name);
  await hub.kill();
  await panel.isNotLive();
  await hub.restart();
  await page.reload();
  await panel.isLive();
});

test('the demo’s start page leads everywhere', async ({ hub, open }) => {
  const page = await open();
  for (const path of ['/demo/shop', '/demo/back-office', '/console']) {
    await page.goto(hub.url);
    await page.locator(`a[href="${path}"]:not([target])`).first().click();
    await expect(page).toHaveURL(new RegExp(`${path}(/|$|\\?)`));
    await expect(page.getByRole('heading').first()).toBeVisible();
  }
});
