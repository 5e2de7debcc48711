// A token that runs out in the middle of a sentence, on the page of the published sample that waits for the words.

import { SCRIPT_ID } from '../fixtures/index.ts';
import { expect, test } from './test.ts';
import { Embed } from './windows.ts';

test('the token runs out in mid-sentence: the page brings another, and nothing is lost', async ({ hosts, company, party, shop, allowed }) => {
  // The page is told by an event that looks like an error; that is the sample's contract.
  allowed.push(/token expired/);
  const [operator] = await company.operatorsOf('Sales');
  const customer = await shop();
  await customer.write('How long does it keep warm?');
  const embed = new Embed(await party());
  await embed.party.goto(`${hosts.origin}/expiry-listener/`);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('How long does it keep warm?');
  await embed.panel.input.type('Six hours, and');
  expect(hosts.asked).toBe(1);

  // The next token lives for a moment.
  const brief = await company.operatorToken(operator.id, 2_000);
  await embed.party.run(([id, token]) => document.getElementById(id)!.setAttribute('token', token), [SCRIPT_ID, brief]);
  await expect.poll(() => hosts.asked, { timeout: 30_000 }).toBe(2);
  await embed.panel.isLive();
  await embed.panel.input.holds('Six hours, and');
  await embed.panel.input.click();
  await embed.party.press('End');
  await embed.party.type(' twelve with the lid on.');
  await embed.party.press('Enter');
  await customer.messages.says('Six hours, and twelve with the lid on.');
  await embed.note.is('says nothing', ([note]) => note.text === '');
  expect(hosts.asked).toBe(2);
});
