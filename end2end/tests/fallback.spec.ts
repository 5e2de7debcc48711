// A network that blocks WebSockets: the panel falls back to the streamed server function by itself.

import { CustomerChat, Panel, expect, operatorDoor, signIn, test } from '../fixtures/index.ts';

// The panel tries the WebSocket a few times before it gives it up.
const FALLEN_BACK = { timeout: 40_000 };
test.setTimeout(90_000);

test('without WebSockets the console’s panel works by the streamed server function, both ways', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  await page.routeWebSocket(/\/api\/stream$/, (socket) => socket.close({ code: 1011, reason: 'blocked' }));
  const streamed = page.waitForRequest(/\/fn\/stream_events/, FALLEN_BACK);
  await signIn(page, hub.url);
  await operatorDoor(page, operator.name).click();
  const panel = new Panel(page);
  await panel.isHydrated();
  await streamed;
  await expect(panel.root).toHaveAttribute('data-connection', 'live', FALLEN_BACK);

  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Through the wall');
  await panel.open('Through the wall');
  await panel.write('And back');
  await expect(panel.message('And back')).toHaveAttribute('data-state', /sent|read/);
  await expect(customer.message('And back')).toBeVisible();
  await expect(customer.message('Through the wall')).toHaveAttribute('data-state', 'read');
  await panel.status.selectOption('4');
  await expect(customer.window).toContainText('This conversation was closed');
  expect(await panel.texts()).toEqual(['Through the wall', 'And back']);
});

test('without WebSockets no answer passes one whose request failed', async ({ hub, company, complaints, open }) => {
  complaints.allow(/ERR_CONNECTION_RESET|Failed to load resource/);
  const [operator] = await company.operatorsOf('Sales');
  const customer = new CustomerChat(await open());
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await customer.write('Question');

  const page = await open();
  await page.routeWebSocket(/\/api\/stream$/, (socket) => socket.close({ code: 1011, reason: 'blocked' }));
  let failures = 1;
  await page.route(/\/fn\/act/, (route) => {
    const isPost = route.request().postDataJSON().frame.type === 'post';
    return isPost && failures-- > 0 ? route.abort('connectionreset') : route.continue();
  });
  await signIn(page, hub.url);
  await operatorDoor(page, operator.name).click();
  const panel = new Panel(page);
  await expect(panel.root).toHaveAttribute('data-connection', 'live', FALLEN_BACK);
  await panel.open('Question');
  const answers = ['First', 'Second', 'Third'];
  for (const text of answers) await panel.write(text);
  await expect(panel.message('Third')).toHaveAttribute('data-state', /sent|read/, FALLEN_BACK);
  await expect.poll(() => customer.texts()).toEqual(['Question', ...answers]);
  expect(await panel.texts()).toEqual(['Question', ...answers]);
});
