// The promise: what was acknowledged survives, and reaches every party exactly once and in order. The hub is killed
// as a power cut would do it, and both windows recover by themselves.

import { CustomerChat, Embed, HUB_IS_DOWN, expect, openConsole, panelTag, test } from '../fixtures/index.ts';

// Clients come back within 15 seconds, more than once in a test.
test.setTimeout(120_000);
const RECOVERED = { timeout: 40_000 };

test.beforeEach(({ complaints }) => complaints.allow(...HUB_IS_DOWN));

test('killed in mid-conversation: what was typed meanwhile is sent, nothing is lost or doubled', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Before the cut');
  await panel.open('Before the cut');
  await panel.write('Answered before the cut');
  await expect(customer.message('Answered before the cut')).toBeVisible();

  await hub.kill();
  await customer.isOffline();
  await panel.isNotLive();
  await customer.write('Written in the dark');
  await panel.write('Answered in the dark');
  await expect(customer.message('Written in the dark')).toHaveAttribute('data-state', 'sending');
  await expect(panel.message('Answered in the dark')).toHaveAttribute('data-state', 'sending');

  await hub.restart();
  await expect(customer.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(panel.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(customer.message('Written in the dark')).toHaveAttribute('data-state', /sent|read/);
  await expect(panel.message('Answered in the dark')).toHaveAttribute('data-state', /sent|read/);
  await expect(customer.message('Answered in the dark')).toBeVisible();
  await expect(panel.message('Written in the dark')).toBeVisible();
  const said = await panel.texts();
  expect(said.slice(0, 2)).toEqual(['Before the cut', 'Answered before the cut']);
  expect(said.slice(2).sort()).toEqual(['Answered in the dark', 'Written in the dark']);
  // One order for all.
  await expect.poll(() => customer.texts()).toEqual(said);

  // A fresh look at what is stored is the same.
  await panel.page.reload();
  await panel.isLive();
  await panel.list.locator('li[data-chat-id]').filter({ hasText: said.at(-1)! }).getByRole('button').click();
  await expect.poll(() => panel.texts()).toEqual(said);
});

test('killed in a burst: every message once, in order, on both sides', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('burst 0');
  await panel.open('burst 0');
  const all = Array.from({ length: 31 }, (_, index) => `burst ${index}`);
  for (const text of all.slice(1, 11)) await customer.write(text);
  // While the last ones are on their way.
  const killed = hub.kill();
  for (const text of all.slice(11, 21)) await customer.write(text);
  await killed;
  for (const text of all.slice(21)) await customer.write(text);
  await hub.restart();
  await expect(customer.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(customer.log.locator('li.message[data-state="sending"]')).toHaveCount(0, RECOVERED);
  await expect.poll(() => customer.texts()).toEqual(all);
  await expect.poll(() => panel.texts(), RECOVERED).toEqual(all);
});

test('killed in a burst of answers: every answer once, in order, on both sides', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Tell me all');
  await panel.open('Tell me all');
  const answers = Array.from({ length: 20 }, (_, index) => `answer ${index}`);
  for (const text of answers.slice(0, 10)) await panel.write(text);
  await hub.kill();
  for (const text of answers.slice(10)) await panel.write(text);
  await hub.restart();
  await expect(panel.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(panel.log.locator('li[data-state="sending"]')).toHaveCount(0, RECOVERED);
  await expect.poll(() => panel.texts()).toEqual(['Tell me all', ...answers]);
  await expect.poll(() => customer.texts(), RECOVERED).toEqual(['Tell me all', ...answers]);
});

test('killed between commit and acknowledgement of a customer’s first message', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  let swallow = true;
  let posts = 0;
  let isCommitted = () => {};
  const committed = new Promise<void>((resolve) => (isCommitted = resolve));
  // Between the customer and the hub stands what lets the message pass and keeps every word about it back.
  await page.routeWebSocket(/\/api\/stream$/, (socket) => {
    const server = socket.connectToServer();
    let posted = false;
    socket.onMessage((text) => {
      if (JSON.parse(String(text)).type === 'post') {
        posted = true;
        posts++;
      }
      server.send(text);
    });
    server.onMessage((text) => {
      if (swallow && posted) {
        if (JSON.parse(String(text)).type === 'ack') isCommitted();
      } else socket.send(text);
    });
    server.onClose(() => void socket.close());
  });
  const customer = new CustomerChat(page);
  await page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.isLive();
  await customer.write('The very first message');
  await committed;
  await expect(customer.message('The very first message')).toHaveAttribute('data-state', 'sending');

  await hub.kill();
  swallow = false;
  await customer.isOffline();
  await hub.restart();
  await expect(customer.message('The very first message')).toHaveAttribute('data-state', /sent|read/, RECOVERED);
  expect(await customer.texts()).toEqual(['The very first message']);

  // Whether or not it was sent again, there is one chat with one message.
  const panel = await openConsole(await open(), hub.url, operator.name);
  await expect(panel.row('The very first message')).toHaveCount(1);
  await panel.open('The very first message');
  await expect.poll(() => panel.texts()).toEqual(['The very first message']);
  await panel.write('Received once');
  await expect(customer.message('Received once')).toBeVisible();
  expect(posts).toBeGreaterThanOrEqual(1);
});

test('a first message written while the hub is down, over a reload of the page', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.isLive();
  await hub.kill();
  await customer.isOffline();
  await customer.write('Is anybody there?');
  await hub.restart();
  await customer.page.reload();
  await expect(customer.message('Is anybody there?')).toHaveAttribute('data-state', /sent|read/, RECOVERED);
  const panel = await openConsole(await open(), hub.url, operator.name);
  await expect(panel.row('Is anybody there?')).toHaveCount(1);
});

test('the embedded panel recovers too, with the chat and the draft that were open', async ({ hub, company, foreign, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
  const embed = new Embed(page);
  await embed.open();
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  await embed.panel.input.fill('half an ans');
  await hub.kill();
  await embed.panel.isNotLive();
  await hub.restart();
  await expect(embed.panel.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(embed.panel.input).toHaveValue('half an ans');
  await embed.panel.input.press('Enter');
  await expect(embed.panel.message('half an ans')).toHaveAttribute('data-state', /sent|read/);
});

test('SIGTERM: open windows are told, and come back', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Before the upgrade');
  await expect(customer.message('Before the upgrade')).toHaveAttribute('data-state', /sent|read/);
  await hub.stop();
  await customer.isOffline();
  await hub.restart();
  await expect(customer.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await expect(panel.root).toHaveAttribute('data-connection', 'live', RECOVERED);
  await customer.write('After the upgrade');
  await panel.open('After the upgrade');
  await expect.poll(() => panel.texts()).toEqual(['Before the upgrade', 'After the upgrade']);
});
