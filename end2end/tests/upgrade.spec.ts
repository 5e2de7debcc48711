// From a former build to this one, under open windows: CHATHUB_FORMER names the former binary, with its site beside it.

import { resolve } from 'node:path';
import { CustomerChat, Embed, HUB_IS_DOWN, expect, openConsole, panelTag, test } from '../fixtures/index.ts';
import { BIN } from '../fixtures/hub.ts';

const FORMER = process.env.CHATHUB_FORMER;
const RECOVERED = { timeout: 40_000 };

test.skip(!FORMER, 'CHATHUB_FORMER names no former build');
test.use({ hubOptions: FORMER ? { bin: resolve(FORMER) } : {} });
test.setTimeout(180_000);

test('windows of the former build go on, and nothing of its database is lost', async ({ hub, company, open, foreign, complaints }) => {
  complaints.allow(...HUB_IS_DOWN);
  const [anna, ben] = await company.operatorsOf('Sales');
  const console_ = await openConsole(await open(), hub.url, anna.name);
  const host = await open();
  await host.goto(foreign.show(panelTag(hub.url, await company.operatorToken(ben.id))));
  const embed = new Embed(host);
  await embed.open();
  await embed.panel.isLive();
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  const said: string[] = [];
  const customerSays = async (text: string) => {
    await customer.write(text);
    said.push(text);
  };
  await customerSays('Before the upgrade');
  await console_.open('Before the upgrade');
  await embed.panel.open('Before the upgrade');
  await console_.write('Answered before it');
  said.push('Answered before it');
  await expect(customer.message('Answered before it')).toBeVisible();
  await console_.input.fill('half an ans');

  await hub.stop();
  // Written in the dark, by windows of the former build.
  await customer.isOffline();
  await customerSays('Written meanwhile');
  hub.bin = BIN;
  await hub.restart();
  for (const root of [customer.root, console_.root, embed.panel.root]) {
    await expect(root).toHaveAttribute('data-connection', 'live', RECOVERED);
  }
  await expect(console_.message('Written meanwhile')).toBeVisible();
  // What the former build knows nothing of passes it by.
  await company.hire(anna.organization.id, 'Nora');
  await customerSays('After the upgrade');
  await console_.input.press('End');
  await console_.input.pressSequentially('wer');
  await console_.input.press('Enter');
  said.push('half an answer');
  await expect(customer.message('half an answer')).toBeVisible();
  await embed.panel.write('From the other panel');
  said.push('From the other panel');
  for (const texts of [() => customer.texts(), () => console_.texts(), () => embed.panel.texts()]) {
    await expect.poll(texts).toEqual(said);
  }

  // The next page is of this build, and takes over what the former one kept.
  await console_.input.fill('kept over the upgrade');
  await expect.poll(() => console_.page.evaluate(() => JSON.stringify(sessionStorage))).toContain('kept over the upgrade');
  console_.page.on('dialog', (dialog) => dialog.accept());
  await console_.page.reload();
  await console_.isLive();
  await expect(console_.input).toHaveValue('kept over the upgrade');
  await expect.poll(() => console_.texts()).toEqual(said);
  await customer.page.reload();
  await expect.poll(() => customer.texts()).toEqual(said);
});
