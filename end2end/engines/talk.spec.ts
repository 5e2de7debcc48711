// The ordinary day, in every engine: a question on the shop, an answer from somebody's back office or from the console.

import { expect, test } from './test.ts';
import { openConsole } from './windows.ts';

test('a question and an answer, between the shop and a panel in a page of another origin', async ({ shop, office }) => {
  const embed = await office();
  const unread = Number((await embed.badge.texts())[0]);
  const customer = await shop();
  await customer.write('Is the kettle in stock?');
  await embed.badge.says(String(unread + 1));
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Is the kettle in stock?');
  await embed.panel.write('It is, in both colours.');
  await customer.messages.says('It is, in both colours.');
  await customer.write('One of each, then 🫖');
  await embed.panel.messages.says('One of each, then 🫖');
  const said = ['Is the kettle in stock?', 'It is, in both colours.', 'One of each, then 🫖'];
  expect(await customer.texts()).toEqual(said);
  expect(await embed.panel.texts()).toEqual(said);
});

test('the console: sign in, choose an operator, answer', async ({ hub, company, party, shop }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await party(), hub.url, operator.name);
  const customer = await shop();
  await customer.write('Do you repair grinders?');
  await panel.open('Do you repair grinders?');
  await panel.write('We do, within a week.');
  await customer.messages.says('We do, within a week.');
  await customer.messages.says(operator.name);
  expect(await panel.texts()).toEqual(['Do you repair grinders?', 'We do, within a week.']);
});
