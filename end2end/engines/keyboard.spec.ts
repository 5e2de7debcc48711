// Both windows by keyboard alone: no step of it is a click.

import { test } from './test.ts';
import { CustomerChat } from './windows.ts';

test('by keyboard alone: a question, its way through the panel, the answer, and back out', async ({ hub, party, office }) => {
  const customer = new CustomerChat(await party());
  await customer.party.goto(`${hub.url}/demo/shop`);
  await customer.launcher.tabTo();
  await customer.party.press('Enter');
  await customer.window.isThere();
  await customer.input.isFocused();
  await customer.party.type('No mouse here');
  await customer.party.press('Enter');
  await customer.hasSent('No mouse here');

  const embed = await office();
  const { panel, party: keys } = embed;
  await embed.launcher.tabTo();
  await keys.press('Enter');
  await embed.window.isThere();
  await panel.isLive();
  // The list is one stop, and the arrows go through it; the newest chat is on top.
  await panel.rows.tabTo();
  await keys.press('ArrowDown');
  await panel.rows.nth(1).isFocused();
  await keys.press('ArrowUp');
  await panel.row('No mouse here').isFocused();
  await keys.press('Enter');
  await panel.input.isFocused();
  await panel.messages.says('No mouse here');
  await keys.type('Nor');
  await keys.press('Shift+Enter');
  await keys.type('here');
  await panel.input.holds('Nor\nhere');
  await keys.press('Enter');
  await panel.hasSent('Nor\nhere');
  await customer.messages.says('Nor\nhere');

  await keys.press('Escape');
  await panel.messages.isGone();
  await panel.row('Nor').isFocused();
  await keys.press('Escape');
  await embed.window.isGone();
  await embed.launcher.isFocused();
  await customer.party.press('Escape');
  await customer.window.isGone();
  await customer.launcher.isFocused();
});
