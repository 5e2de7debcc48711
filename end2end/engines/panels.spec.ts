// Two panels in one page, of two organizations, as the published sample puts them there.

import { SCRIPT_ID } from '../fixtures/index.ts';
import { expect, test } from './test.ts';
import { Embed } from './windows.ts';

test('two panels in one page: apart in place, chats and drafts', async ({ hosts, party, shop }) => {
  const page = await party();
  const sales = new Embed(page, `${SCRIPT_ID}-sales`);
  const support = new Embed(page, `${SCRIPT_ID}-support`);
  await page.goto(`${hosts.origin}/two-organizations/`);
  await sales.badge.isThere();
  await support.badge.isThere();
  const unread = Number((await sales.badge.texts())[0]);
  const others = (await support.badge.texts())[0];
  const [[left], [right]] = [await sales.launcher.all(), await support.launcher.all()];
  expect(Math.abs(left.x - right.x)).toBeGreaterThan(40);

  const customer = await shop();
  await customer.write('For Sales alone');
  await sales.badge.says(String(unread + 1));
  await sales.open();
  await sales.panel.isLive();
  await sales.panel.open('For Sales alone');
  await sales.panel.input.type('Only we');

  // They stand in the same place, so the one that is opened closes the other.
  await support.open();
  await sales.window.isGone();
  await support.panel.isLive();
  await support.badge.says(others);
  await support.panel.row('For Sales alone').isGone();
  const ids = await sales.panel.chatIds();
  expect((await support.panel.chatIds()).filter((id) => ids.includes(id))).toEqual([]);

  await sales.open();
  await support.window.isGone();
  await sales.panel.input.holds('Only we');
  await sales.panel.input.click();
  await page.press('End');
  await page.type(' can read this.');
  await page.press('Enter');
  await customer.messages.says('Only we can read this.');
});
