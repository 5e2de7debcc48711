// What an operator has written is sent, however often it is refused, however dead the connection, over a reload of the
// page; and what can’t be sent any more is shown, never thrown away.

import { CustomerChat, type Panel, expect, openConsole, test, wire } from '../fixtures/index.ts';

test.setTimeout(90_000);
/** Clients wait up to half a minute before they try again. */
const IN_TIME = { timeout: 40_000 };

test.describe('an operator and a customer', () => {
  let panel: Panel;
  let customer: CustomerChat;
  let line: Awaited<ReturnType<typeof wire>>;

  test.beforeEach(async ({ hub, company, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    line = await wire(page);
    panel = await openConsole(page, hub.url, operator.name);
    customer = new CustomerChat(await open());
    await customer.page.goto(`${hub.url}/demo/shop`);
    await customer.open();
    await customer.write('Question');
    await panel.open('Question');
  });

  test('answers that were refused for now are sent again by themselves, in order', async () => {
    line.refuse(2);
    const answers = ['First', 'Second', 'Third'];
    for (const text of answers) await panel.write(text);
    await expect(panel.root.getByText("The server can't take messages at the moment")).toBeVisible(IN_TIME);
    await expect(panel.message('Third')).toHaveAttribute('data-state', /sent|read/, IN_TIME);
    expect(await panel.texts()).toEqual(['Question', ...answers]);
    await expect.poll(() => customer.texts()).toEqual(['Question', ...answers]);
  });

  test('a connection that fell silent is given up, and the answer arrives on the next', async () => {
    expect(line.made).toBe(1);
    line.fallSilent();
    await panel.write('Through the silence');
    await expect(panel.message('Through the silence')).toHaveAttribute('data-state', 'sending');
    await expect(customer.message('Through the silence')).toBeVisible(IN_TIME);
    await expect(panel.message('Through the silence')).toHaveAttribute('data-state', /sent|read/);
    expect(line.made).toBe(2);
  });

  test('the console goes on after a reload where it was, and asks before it goes with something unsent', async () => {
    line.fallSilent();
    await panel.write('Not sent yet');
    await panel.input.fill('half an ans');
    const asked: string[] = [];
    panel.page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await panel.page.reload();
    expect(asked).toEqual(['beforeunload']);
    await panel.isLive();
    await expect(panel.input).toHaveValue('half an ans');
    await expect(panel.message('Not sent yet')).toHaveAttribute('data-state', /sent|read/, IN_TIME);
    await expect(customer.message('Not sent yet')).toBeVisible();
    // With everything sent there is nothing to ask.
    await panel.page.reload();
    await panel.isLive();
    await expect(panel.input).toHaveValue('half an ans');
    expect(asked).toEqual(['beforeunload']);
    expect(await panel.texts()).toEqual(['Question', 'Not sent yet']);
  });

  test('a colleague who is not active any more can’t have the chat, and takes nothing along', async ({ company }) => {
    const [, colleague] = await company.operatorsOf('Sales');
    const offered = (name: string) => panel.assigned.getByRole('option', { name, exact: true });
    await panel.input.fill('half an ans');
    await panel.assigned.selectOption({ label: colleague.name });
    await company.deactivate(colleague.id);
    // Who has the chat is still said, and that they don't work.
    await expect(panel.assigned.locator('option:checked')).toHaveText(`Inactive: ${colleague.name}`);
    await panel.assigned.selectOption('');
    await expect(offered(colleague.name)).toHaveCount(0);
    await expect(offered(`Inactive: ${colleague.name}`)).toHaveCount(0);
    await expect(panel.input).toHaveValue('half an ans');
  });

  test('an erased chat leaves what was written for it in sight', async ({ company }) => {
    await panel.input.fill('half an answer about the invoice');
    const [chat] = await company.chats('Question');
    await company.erase(chat.id);
    const left = panel.root.getByText('half an answer about the invoice');
    await expect(left).toBeVisible();
    await panel.root.getByRole('button', { name: 'Discard' }).click();
    await expect(left).toHaveCount(0);
  });
});
