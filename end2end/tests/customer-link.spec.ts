// The customer's messages over links and hubs that fail: they are sent again by themselves, once and in order, and what
// the window says of them is true.

import { CustomerChat, type Frame, enterShop, expect, standBetween, test } from '../fixtures/index.ts';

test('what the hub can’t take is sent again by itself, in order, and nobody is told to call an administrator', async ({ hub, company, open }) => {
  const page = await open();
  let refusals = 2;
  let waitsFor = '';
  // As the hub does it: what follows a refused message waits until that one has come again.
  await standBetween(page, {
    fromPage(frame, answer) {
      if (frame.type !== 'post') return false;
      if (!waitsFor && frame.text === 'two' && refusals > 0) waitsFor = frame.client_id;
      if (waitsFor === frame.client_id && refusals-- <= 0) waitsFor = '';
      if (!waitsFor) return false;
      answer({ type: 'reject', client_id: frame.client_id, code: 'unavailable', detail: 'The disk is full: tell the administrator.' });
      return true;
    },
  });
  const customer = await enterShop(page, hub.url);
  for (const text of ['one', 'two', 'three']) await customer.write(text);
  await expect(customer.message('two')).toHaveAttribute('data-state', 'sending');
  await expect(customer.window).toContainText('Not sent yet, trying again…');
  await expect(customer.message('three')).toHaveAttribute('data-state', /sent|read/, { timeout: 30_000 });
  await expect(customer.window).not.toContainText('Not sent');
  await expect(customer.window).not.toContainText('administrator');
  const [chat] = await company.chats('three');
  expect(await company.said(chat.id)).toEqual(['one', 'two', 'three']);
  expect(await customer.texts()).toEqual(['one', 'two', 'three']);
});

test('a connection that swallows everything is noticed by an unanswered message', async ({ hub, company, open }) => {
  const page = await open();
  let swallow = false;
  const posts: Frame[] = [];
  const hellos: Frame[] = [];
  await standBetween(page, {
    fromPage(frame) {
      if (frame.type === 'post') posts.push(frame);
      // The next connection is a good one.
      if (frame.type === 'hello') {
        hellos.push(frame);
        swallow = false;
      }
      return swallow;
    },
    fromHub: () => swallow,
  });
  const customer = await enterShop(page, hub.url);
  await customer.write('Before the tunnel');
  await expect(customer.message('Before the tunnel')).toHaveAttribute('data-state', /sent|read/);
  swallow = true;
  await customer.write('In the tunnel');
  await expect(customer.message('In the tunnel')).toHaveAttribute('data-state', 'sending');
  await expect(customer.message('In the tunnel')).toHaveAttribute('data-state', /sent|read/, { timeout: 30_000 });
  expect(hellos).toHaveLength(2);
  expect(hellos[1].visitor).toBeTruthy();
  const [, lost, again] = posts;
  expect(again).toEqual(lost);
  const [chat] = await company.chats('In the tunnel');
  expect(await company.said(chat.id)).toEqual(['Before the tunnel', 'In the tunnel']);
});

test('whoever is blocked reads a plain sentence and keeps what was written', async ({ hub, open }) => {
  const page = await open();
  let hellos = 0;
  let blocked = false;
  await standBetween(page, {
    fromPage(frame, answer) {
      if (frame.type === 'hello') hellos++;
      if (!blocked || frame.type !== 'post') return false;
      answer({ type: 'bye', code: 'blocked', detail: 'An operator has blocked this visitor.', reconnect: false });
      return true;
    },
  });
  const customer = await enterShop(page, hub.url);
  await customer.write('Hello');
  await expect(customer.message('Hello')).toHaveAttribute('data-state', /sent|read/);
  blocked = true;
  await customer.write('Let me explain');
  await expect(customer.root).toHaveAttribute('data-connection', 'stopped');
  await expect(customer.window).toContainText('You can’t write to us here at the moment. What you’ve written is kept.');
  await expect(customer.message('Let me explain')).toContainText('Not sent yet');
  await expect(customer.root.getByRole('button', { name: 'Try again' })).toBeHidden();
  expect(hellos).toBe(1);
  blocked = false;
  await page.reload();
  await expect(customer.message('Let me explain')).toHaveAttribute('data-state', /sent|read/);
  expect(await customer.texts()).toEqual(['Hello', 'Let me explain']);
});

test('erased words leave the screen and the storage when the connection breaks in the same moment, too', async ({ hub, company, open }) => {
  const page = await open();
  const customer = await enterShop(page, hub.url);
  await customer.write('My address is 12 Quay Street');
  await expect(customer.message('My address is 12 Quay Street')).toHaveAttribute('data-state', /sent|read/);
  const [chat] = await company.chats('Quay Street');
  // No picture follows: the page can't say hello again.
  await page.evaluate(() => {
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (!String(data).includes('hello')) send.call(this, data);
    };
  });
  await company.erase(chat.id);
  await expect(customer.log.locator('li.message')).toHaveCount(0);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('Quay');
});

test('names and texts turn nothing beside them, and what can’t be seen is not sent', async ({ hub, open }) => {
  const page = await open();
  const OVERRIDE = '\u202e';
  let say = (_: Frame) => {};
  await standBetween(page, {
    fromPage(_, answer) {
      say = answer;
    },
  });
  const customer = await enterShop(page, hub.url);
  say({ type: 'typing', operator: `${OVERRIDE}Anna` });
  await expect(customer.typing).toHaveText('Anna is typing');
  await customer.write('\u200b\u2060');
  await customer.write(' \u3164 ');
  await expect(customer.log.locator('li.message')).toHaveCount(0);
  await customer.write(`${OVERRIDE}abc`);
  const text = customer.log.locator('.text');
  await expect(text).toHaveCount(1);
  expect(await text.evaluate((element) => getComputedStyle(element).display)).toBe('block');
});
