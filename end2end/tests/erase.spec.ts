// A company erases a chat over REST while both sides look at it: it is gone from both, and the customer may begin anew.

import { CustomerChat, expect, openConsole, test } from '../fixtures/index.ts';

test('an erased chat is gone from both windows, and the next one begins', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Please forget my grandmother’s address');
  await panel.open('Please forget');
  await panel.write('It is forgotten.');
  await expect(customer.message('It is forgotten.')).toBeVisible();

  const [chat] = await company.chats('grandmother');
  await company.erase(chat.id);
  await expect(panel.row('Please forget')).toHaveCount(0);
  await expect(panel.page.getByText('This chat has been erased.')).toBeVisible();
  await expect(customer.message('Please forget')).toHaveCount(0);
  await expect(customer.message('It is forgotten.')).toHaveCount(0);

  await customer.write('Something else');
  await panel.open('Something else');
  await panel.write('Gladly');
  await expect(customer.message('Gladly')).toBeVisible();
  expect(await customer.texts()).toEqual(['Something else', 'Gladly']);
});
