// What may come in between: the server is killed, a page is loaded anew.

import { expect, test } from './test.ts';

test('killed and started again: what was written meanwhile arrives, once and in one order', async ({ hub, shop, office, allowed }) => {
  // Firefox's own lines for a hub that is not there.
  allowed.push(/^uncaught: Error: (Firefox can’t establish a connection to|The connection to) .*\/api\/stream/);
  const customer = await shop();
  const embed = await office();
  await customer.write('Before the cut');
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Before the cut');
  await embed.panel.write('Answered before the cut');
  await customer.messages.says('Answered before the cut');

  await hub.kill();
  await customer.isOffline();
  await embed.panel.isNotLive();
  await customer.write('Written in the dark');
  await embed.panel.write('Answered in the dark');
  await customer.messages.with('Written in the dark').has('data-state', /sending/);
  await embed.panel.messages.with('Answered in the dark').has('data-state', /sending/);

  await hub.restart();
  await customer.isLive();
  await embed.panel.isLive();
  await customer.hasSent('Written in the dark');
  await embed.panel.hasSent('Answered in the dark');
  await customer.messages.says('Answered in the dark');
  await embed.panel.messages.says('Written in the dark');
  const said = await embed.panel.texts();
  expect(said.slice(0, 2)).toEqual(['Before the cut', 'Answered before the cut']);
  expect(said.slice(2).sort()).toEqual(['Answered in the dark', 'Written in the dark']);
  await expect.poll(() => customer.texts()).toEqual(said);
});

test('a reload: the windows are open, the chat is there, and half a sentence on each side', async ({ shop, office }) => {
  const customer = await shop();
  const embed = await office();
  await customer.write('Which way round?');
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.open('Which way round?');
  await embed.panel.input.type('The handle to the');
  await customer.input.type('I mean the');

  await customer.party.reload();
  await customer.window.isThere();
  await customer.isLive();
  await customer.messages.says('Which way round?');
  await customer.input.holds('I mean the');
  await embed.party.reload();
  await embed.window.isThere();
  await embed.panel.isLive();
  await embed.panel.messages.says('Which way round?');
  await embed.panel.input.holds('The handle to the');

  // And they go on from there.
  for (const [window, rest] of [[customer, ' lid'], [embed.panel, ' left']] as const) {
    await window.input.click();
    await window.party.press('End');
    await window.party.type(rest);
    await window.party.press('Enter');
  }
  await embed.panel.messages.says('I mean the lid');
  await customer.messages.says('The handle to the left');
  const said = await customer.texts();
  expect([...said].sort()).toEqual(['I mean the lid', 'The handle to the left', 'Which way round?']);
  await expect.poll(() => embed.panel.texts()).toEqual(said);
});
