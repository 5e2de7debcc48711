// The ordinary day, in every engine: a question on the shop, an answer from somebody's back office.

import { panelTag } from '../fixtures/index.ts';
import { expect, test } from './test.ts';
import { CustomerChat, Embed } from './windows.ts';

test('a question and an answer, between the shop and a panel in a page of another origin', async ({ hub, company, foreign, party }) => {
  const [operator] = await company.operatorsOf('Sales');
  const embed = new Embed(await party());
  await embed.party.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  await embed.badge.isThere();
  const unread = Number((await embed.badge.texts())[0]);

  const customer = await CustomerChat.enter(await party(), hub.url);
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
