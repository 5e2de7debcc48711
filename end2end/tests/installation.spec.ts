// A real installation, made by the commands of the guide: no demo, no default account.

import {
  Company,
  CustomerChat,
  Embed,
  answered,
  expect,
  openConsole,
  panelTag,
  signIn,
  test,
} from '../fixtures/index.ts';
import type { Foreign } from '../fixtures/foreign.ts';
import type { Hub } from '../fixtures/hub.ts';

test.use({ hubOptions: { demo: false } });

const PASSWORD = 'correct horse battery staple';

/** The commands that the guide gives. Returns the organization's id, which the tag needs. */
async function install(hub: Hub, allowed: Foreign): Promise<number> {
  await hub.command(['company', 'add', '--login', 'acme', '--name', 'Acme Tools'], `${PASSWORD}\n`);
  const printed = await hub.command(['organization', 'add', '--company', 'acme', '--name', 'Front desk', '--allow-origin', allowed.origin]);
  const id = /\d+/.exec(printed)?.[0];
  expect(id, `"organization add" printed ${printed}`).toBeDefined();
  await hub.command(['operator', 'add', '--company', 'acme', '--organization', id!, '--name', 'Olga Petrova']);
  await hub.start();
  return Number(id);
}

const chatTag = (hub: string, organization: number) =>
  `<script type="module" src="${hub}/customer-chat.js" organization="${organization}"></script>`;

test('holds the same conversation', async ({ hub, foreign, open }) => {
  const organization = await install(hub, foreign);
  const panel = await openConsole(await open(), hub.url, 'Olga Petrova', 'acme', PASSWORD);
  await expect(panel.list.locator('li[data-chat-id]')).toHaveCount(0);
  const customer = new CustomerChat(await open());
  await customer.page.goto(foreign.show(chatTag(hub.url, organization)));
  await customer.open();
  await customer.isLive();
  await customer.write('Are you open on Sundays?');
  await panel.open('Are you open on Sundays?');
  await panel.write('From ten to two');
  await expect(customer.message('From ten to two')).toContainText('Olga Petrova');
  await customer.page.reload();
  await expect.poll(() => customer.texts()).toEqual(['Are you open on Sundays?', 'From ten to two']);
});

test('its panel stands in the page that is allowed, and in no other', async ({ hub, foreign, site, open, complaints }) => {
  complaints.allow(answered(403));
  const organization = await install(hub, foreign);
  const company = await Company.signIn(hub.url, 'acme', PASSWORD);
  const [operator] = await company.operators(organization);
  const token = await company.operatorToken(operator.id);
  const embed = new Embed(await open());
  await embed.page.goto(foreign.show(panelTag(hub.url, token)));
  await embed.open();
  await embed.panel.isLive();

  const other = await site();
  const refused = new Embed(await open());
  await refused.page.goto(other.show(panelTag(hub.url, token)));
  await refused.open();
  // The sentence names whose pages, and where the command stands that lets them in.
  await expect(refused.note).toContainText(`Pages of ${other.origin} may not use`);
  await expect(refused.note).toContainText('the console');
  await expect(refused.panel.root).toHaveCount(0);
});

test('a page that is not allowed gets no customer chat', async ({ hub, foreign, site, open }) => {
  const organization = await install(hub, foreign);
  const other = await site();
  const customer = new CustomerChat(await open());
  await customer.page.goto(other.show(chatTag(hub.url, organization)));
  await customer.open();
  await expect(customer.root).toHaveAttribute('data-connection', 'stopped');
  await expect(customer.window).toContainText('Chat isn’t available here.');
});

test('has no demo and no default account', async ({ hub, foreign, open, complaints }) => {
  complaints.allow(answered(401), answered(404));
  await install(hub, foreign);
  for (const path of ['/demo/shop', '/demo/back-office']) {
    expect((await fetch(hub.url + path)).status, path).toBe(404);
  }
  await expect(Company.signIn(hub.url, 'demo', 'demo')).rejects.toThrow(/401/);
  const answer = await fetch(`${hub.url}/operator-chat-panel/panel`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-token-for-development', 'content-type': 'application/json' },
    body: '{}',
  });
  expect(answer.status).toBe(401);
  const page = await open();
  await signIn(page, hub.url, 'demo', 'demo');
  await expect(page.getByText(/password is wrong/i)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});
