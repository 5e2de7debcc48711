// Two browser windows hold a conversation: the shop's customer, and an operator in the console.

import { CustomerChat, expect, openConsole, test } from '../fixtures/index.ts';

test('a line typed in one window appears in the other, both ways', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.isLive();

  await customer.write('Does the Ridge kettle whistle?');
  await expect(customer.message('Does the Ridge kettle whistle?')).toHaveAttribute('data-state', /sent|read/);
  await panel.open('Does the Ridge kettle whistle?');
  await expect(panel.message('Does the Ridge kettle whistle?')).toBeVisible();

  await panel.write('It does not. It counts.');
  await expect(customer.message('It does not. It counts.')).toBeVisible();
  await expect(customer.message('It does not. It counts.')).toContainText(operator.name);

  await customer.write('Even better');
  await expect(panel.message('Even better')).toBeVisible();
  const said = ['Does the Ridge kettle whistle?', 'It does not. It counts.', 'Even better'];
  expect(await panel.texts()).toEqual(said);
  expect(await customer.texts()).toEqual(said);
});

test('unread counts on both sides, and gone when read', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('First question');
  await expect(panel.row('First question').getByLabel('1 unread', { exact: true })).toBeVisible();
  await customer.write('Second question');
  const row = panel.row('Second question');
  await expect(row.getByLabel('2 unread', { exact: true })).toHaveText('2');
  // The newest is on top.
  await expect(panel.list.locator('li[data-chat-id]').first()).toContainText('Second question');

  await row.getByRole('button').click();
  await expect(row.locator('.ch-badge')).toHaveCount(0);
  await expect(customer.message('Second question')).toHaveAttribute('data-state', 'read');

  await customer.close();
  await panel.write('An answer');
  await panel.write('And another');
  await expect(customer.badge).toHaveText('2');
  await expect(panel.message('And another')).toHaveAttribute('data-state', 'sent');
  await customer.open();
  await expect(customer.badge).toBeHidden();
  await expect(panel.message('And another')).toHaveAttribute('data-state', 'read');
  await expect(panel.message('An answer')).toHaveAttribute('data-state', 'read');
});

test('each side sees the other type', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Anybody there?');
  await expect(customer.message('Anybody there?')).toHaveAttribute('data-state', /sent|read/);
  await panel.open('Anybody there?');

  await customer.input.pressSequentially('I was wondering');
  await expect(panel.typing).toContainText('is typing');
  await panel.input.pressSequentially('One moment');
  await expect(customer.typing).toContainText(`${operator.name} is typing`);

  // What was being written is said, so nobody writes it any more.
  await panel.input.press('Enter');
  await expect(customer.message('One moment')).toBeVisible();
  await expect(customer.typing).toBeHidden();
});

test('Enter sends, Shift+Enter breaks the line', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  await panel.list.locator('li[data-chat-id] button').first().click();
  await panel.input.fill('one');
  await panel.input.press('Shift+Enter');
  await panel.input.pressSequentially('two');
  await expect(panel.input).toHaveValue('one\ntwo');
  await panel.input.press('Enter');
  await expect(panel.input).toHaveValue('');
  await expect(panel.log.locator('.ch-message-text').last()).toHaveJSProperty('innerText', 'one\ntwo');
});

test('a status change is seen by the other operators and outlives a reload', async ({ hub, company, open }) => {
  const [anna, other] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, anna.name);
  const colleague = await openConsole(await open(), hub.url, other.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Where is my parcel?');
  await panel.open('Where is my parcel?');

  await panel.status.selectOption('3');
  await expect(colleague.row('Where is my parcel?')).toContainText('Paused');
  await panel.page.reload();
  await panel.isLive();
  await panel.open('Where is my parcel?');
  await expect(panel.status).toHaveValue('3');

  await panel.status.selectOption('4');
  await expect(customer.window).toContainText('This conversation was closed');
  // Whoever goes on writing opens a new one.
  await customer.write('One more thing');
  await expect(colleague.row('One more thing').getByLabel('1 unread', { exact: true })).toBeVisible();
});

test('what one operator answers, the others see', async ({ hub, company, open }) => {
  const [anna, other] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, anna.name);
  const colleague = await openConsole(await open(), hub.url, other.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Do you repair old grinders?');
  await panel.open('Do you repair old grinders?');
  await colleague.open('Do you repair old grinders?');
  await panel.write('We do');
  await expect(colleague.message('We do')).toContainText(anna.name);
});

test('a reload keeps the customer’s chat', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Before the reload');
  await panel.open('Before the reload');
  await panel.write('Still here');
  await expect(customer.message('Still here')).toBeVisible();
  await customer.input.fill('half a sen');

  await customer.page.reload();
  await expect(customer.window).toBeVisible();
  await expect.poll(() => customer.texts()).toEqual(['Before the reload', 'Still here']);
  await expect(customer.input).toHaveValue('half a sen');

  await customer.write('After the reload');
  await expect(panel.message('After the reload')).toBeVisible();
  await expect(panel.row('After the reload')).toHaveCount(1);
  // Another visitor sees nothing of it.
  const stranger = new CustomerChat(await open());
  await stranger.page.goto(`${hub.url}/demo/shop`);
  await stranger.open();
  await stranger.isLive();
  await expect(stranger.log.locator('li.message')).toHaveCount(0);
});

test('a customer’s markup is text in the panel', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  const markup = '<img src=x onerror=document.title="owned"><b>bold</b> & "quotes"';
  await customer.write(markup);
  await panel.open('bold');
  await expect(panel.message(markup)).toBeVisible();
  await panel.page.reload();
  await panel.isLive();
  await panel.open('bold');
  await expect(panel.message(markup)).toBeVisible();
  await expect(panel.page).not.toHaveTitle('owned');
});

test('a message that is too long is said to be, and not cut', async ({ hub, open }) => {
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.isLive();
  await customer.write('x'.repeat(8_001));
  await expect(customer.window).toContainText('8,000');
  await expect(customer.log.locator('li.message')).toHaveCount(0);
  await customer.input.press('Backspace');
  await customer.input.press('Enter');
  await expect(customer.log.locator('li.message')).toHaveAttribute('data-state', /sent|read/);
});
