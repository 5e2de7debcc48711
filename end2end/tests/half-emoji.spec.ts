// Half an emoji, as it is left when a text is cut: from a page, a store, a draft or a token it becomes a mark in its place,
// and nothing waits for it.

import { CustomerChat, Embed, answered, expect, openConsole, panelTag, test } from '../fixtures/index.ts';

const HALF = '\ud83d';

test('a customer whose name and draft are cut', async ({ hub, company, open, foreign }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  const page = await open();
  await page.goto(foreign.show(''));
  const begin = () =>
    page.evaluate(
      ([hub, organization, half]) => {
        const script = Object.assign(document.createElement('script'), { type: 'module', src: `${hub}/customer-chat.js` });
        script.setAttribute('organization', organization);
        script.dataset.customerName = `Ada ${half}`;
        document.body.append(script);
      },
      [hub.url, String(operator.organization.id), HALF],
    );
  await begin();
  const customer = new CustomerChat(page);
  await customer.open();
  await customer.isLive();
  await customer.write('Hello');
  await expect(panel.row('Hello').locator('.ch-row-name')).toHaveText('Ada \ufffd');

  // A draft that a former page has kept as it was.
  await customer.input.fill('a draft');
  await page.evaluate((half) => {
    const [key] = Object.keys(sessionStorage).filter((key) => sessionStorage[key] === 'a draft');
    sessionStorage[key] = `cut ${half}`;
  }, HALF);
  await page.reload();
  await begin();
  await expect(customer.input).toHaveValue(/^cut ./);
  await customer.input.press('Enter');
  await customer.write('After it');
  await expect(customer.message('After it')).toHaveAttribute('data-state', 'sent');
  expect(await customer.texts()).toEqual(['Hello', 'cut \ufffd', 'After it']);
  await panel.open('After it');
  await expect(panel.message('After it')).toBeVisible();
  expect(await panel.texts()).toEqual(['Hello', 'cut \ufffd', 'After it']);
});

test('an operator whose draft is cut, and kept over a load', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Are you there?');
  const panel = await openConsole(await open(), hub.url, operator.name);
  await panel.open('Are you there?');
  await panel.input.evaluate((field: HTMLTextAreaElement, half) => {
    field.value = `yes ${half}`;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }, HALF);
  await expect.poll(() => panel.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).toContain('yes');
  panel.page.on('dialog', (dialog) => dialog.accept());
  await panel.page.reload();
  await panel.isLive();
  await expect(panel.input).toHaveValue('yes \ufffd');
  await panel.input.press('Enter');
  await panel.write('And more');
  await expect(customer.message('And more')).toBeVisible();
  expect(await customer.texts()).toEqual(['Are you there?', 'yes \ufffd', 'And more']);
});

test('a token that is cut is refused as a token, and the next one is taken', async ({ hub, company, open, foreign, complaints }) => {
  complaints.allow(answered(401));
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  const page = await open();
  await page.goto(foreign.show(panelTag(hub.url, token)));
  const embed = new Embed(page);
  await embed.isWatching();
  const give = (token: string) => embed.element.evaluate((element: any, token) => element.setToken(token), token);
  const heard = page.evaluate(
    () => new Promise((resolve) => document.addEventListener('chathub:error', (event: any) => resolve(event.detail.code), { once: true })),
  );
  await give(`cut${HALF}`);
  expect(await heard).toBe('token_invalid');
  await embed.open();
  await expect(embed.note).toContainText('was not accepted');
  await page.evaluate(([half, token]) => {
    const tokens = [`cut${half}`, token];
    (document.querySelector('operator-chat-panel') as any).setTokenProvider(() => tokens.shift());
  }, [HALF, token]);
  await embed.panel.isLive();
});
