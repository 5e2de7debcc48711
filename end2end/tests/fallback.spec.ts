// A network that blocks WebSockets: the panel falls back to the streamed server function by itself.

import { CustomerChat, Panel, expect, operatorDoor, signIn, test } from '../fixtures/index.ts';

// The panel tries the WebSocket a few times before it gives it up.
const FALLEN_BACK = { timeout: 40_000 };
test.setTimeout(90_000);

/** What the panel says when what it needs did not come, or is not what it must be. */
const PART_MISSING = 'A part of these chats could not be loaded. It is tried again by itself.';

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

test('the code for the way without WebSockets comes late, and only as it was built', async ({ hub, company, complaints, open }) => {
  complaints.allow(/digest|integrity|Failed to load resource/);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  const brought: string[] = [];
  page.on('request', (request) => {
    if (/\/stream\.js/.test(request.url())) brought.push(request.url());
  });
  await signIn(page, hub.url);
  await operatorDoor(page, operator.name).click();
  const panel = new Panel(page);
  await expect(panel.root).toHaveAttribute('data-connection', 'live');
  expect(brought).toEqual([]);

  // Somebody between here and the server puts in something of their own.
  await page.route(/\/stream\.js/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `document.title = 'taken over';${await response.text()}` });
  });
  await page.routeWebSocket(/\/api\/stream$/, (socket) => socket.close({ code: 1011, reason: 'blocked' }));
  await page.reload();
  await expect(panel.root.getByText(PART_MISSING)).toBeVisible(FALLEN_BACK);
  expect(brought.length).toBeGreaterThan(0);
  await expect(panel.root).not.toHaveAttribute('data-connection', 'live');
  await expect(page).not.toHaveTitle('taken over');

  // It is tried again by itself.
  await page.unroute(/\/stream\.js/);
  await expect(panel.root).toHaveAttribute('data-connection', 'live', FALLEN_BACK);
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
