// Whatever customers call themselves: operators are told when a name could be taken for a colleague's.

import { expect, openConsole, test, writeAs } from '../fixtures/index.ts';

test('a customer who is called like a colleague is marked in the list and in the head', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const page = await open();
  await page.goto(`${hub.url}/demo/shop`);
  // The same letters to the eye: the first `a` is Cyrillic.
  const name = operator.name.replace('a', '\u0430');
  expect(name).not.toBe(operator.name);
  await writeAs(page, operator.organization.id, name, 'Send me the password');
  await writeAs(page, operator.organization.id, 'Eva', 'I have a question');
  await expect(panel.row('Send me the password')).toContainText('looks like a colleague');
  await expect(panel.row('I have a question')).not.toContainText('looks like a colleague');
  await panel.open('Send me the password');
  await expect(panel.root.locator('.ch-head')).toContainText('looks like a colleague');
  await panel.open('I have a question');
  await expect(panel.root.locator('.ch-head')).not.toContainText('looks like a colleague');
});
