// Browsers below the floor, played by one from which things are taken: whoever sits there reads a sentence that names the
// oldest that will do, and waits for nothing.

import type { Page } from '@playwright/test';
import { CustomerChat, Embed, expect, openConsole, operatorDoor, panelTag, signIn, test } from '../fixtures/index.ts';

const SENTENCE = /Your browser is too old for (these chats|this chat).*Chrome or Edge 109, Firefox 115, Safari 16\.4, or newer\./;

/** Safari below 16.4, Firefox below 101: style sheets can't be made by scripts. */
const noSheets = () => {
  delete (Document.prototype as any).adoptedStyleSheets;
  delete (ShadowRoot.prototype as any).adoptedStyleSheets;
  (window as any).CSSStyleSheet = class {
    constructor() {
      throw new TypeError('Illegal constructor');
    }
  };
};
/** Safari in Lockdown Mode. */
const noWebAssembly = () => {
  delete (window as any).WebAssembly;
};
/** A browser that does not know an instruction of the module. */
const noCompiling = () => {
  const refuse = () => Promise.reject(new WebAssembly.CompileError('Invalid opcode 0x1f'));
  Object.assign(WebAssembly, { instantiateStreaming: refuse, instantiate: refuse, compileStreaming: refuse, compile: refuse });
};
/** Chromium below 105, Firefox below 110, Safari below 16.0. */
const noContainers = () => {
  const { supports } = CSS;
  CSS.supports = (...given: [any, any?]) => !given.join(':').includes('container') && supports.apply(CSS, given as any);
};
/** Chromium below 61, Safari below 11. */
const noModules = () => {
  delete (HTMLScriptElement.prototype as any).noModule;
};

async function panelIn(page: Page, address: string): Promise<Embed> {
  await page.addInitScript(() => {
    const told: string[] = ((window as any).told = []);
    document.addEventListener('chathub:error', (event: any) => told.push(event.detail.code));
  });
  await page.goto(address);
  return new Embed(page);
}

for (const [what, take] of Object.entries({ noSheets, noWebAssembly, noCompiling, noContainers })) {
  test(`the panel says so: ${what}`, async ({ hub, company, foreign, open }) => {
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    await page.addInitScript(take);
    const embed = await panelIn(page, foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
    // How much waits can be told all the same, and the launcher looks like one.
    await embed.isWatching();
    await expect(embed.badge).toHaveText(/^\d+$/);
    await expect(embed.launcher).toHaveCSS('width', '56px');
    await embed.open();
    await expect(embed.note).toContainText(SENTENCE);
    await expect(embed.note.getByRole('button')).toHaveCount(0);
    await expect(embed.window).toHaveAttribute('aria-busy', 'false');
    await expect(embed.panel.root).toHaveCount(0);
    expect(await page.evaluate(() => (window as any).told)).toEqual(['unsupported']);
  });
}

test('the panel says so in a page whose policy keeps WebAssembly from running', async ({ hub, company, foreign, open, complaints }) => {
  complaints.allow(/wasm|WebAssembly/i);
  const [operator] = await company.operatorsOf('Sales');
  const policy = `<meta http-equiv="Content-Security-Policy" content="script-src ${hub.url}">`;
  const embed = await panelIn(await open(), foreign.show(panelTag(hub.url, await company.operatorToken(operator.id)), policy));
  await embed.open();
  await expect(embed.note).toContainText(SENTENCE);
  await expect(embed.panel.root).toHaveCount(0);
});

test('the customer chat says so, and keeps what was written', async ({ hub, open }) => {
  const customer = new CustomerChat(await open());
  await customer.page.addInitScript(noSheets);
  await customer.page.goto(`${hub.url}/demo/shop`);
  await customer.open();
  await expect(customer.window.getByRole('status').first()).toContainText(SENTENCE);
  await expect(customer.window).toHaveCSS('width', '384px');
  await expect(customer.window.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  await customer.write('Hello?');
  await expect(customer.message('Hello?')).toContainText('Not sent yet');
  await expect(customer.window.getByRole('status').first()).toContainText('What you’ve written is kept.');
});

test('the console says so where WebAssembly can’t be compiled', async ({ hub, company, open, complaints }) => {
  complaints.allow(/wasm|WebAssembly/i);
  const [operator] = await company.operatorsOf('Sales');
  const page = await open();
  // By the page's policy, because browsers tell a page nothing of errors that a test has made.
  await page.route('**/console/operators/*', async (route) => {
    const response = await route.fetch();
    const policy = response.headers()['content-security-policy'].replace("'wasm-unsafe-eval'", '');
    await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': policy } });
  });
  await signIn(page, hub.url);
  await operatorDoor(page, operator.name).click();
  await expect(page.getByRole('alert').filter({ hasText: SENTENCE })).toBeVisible();
  await expect(page.locator('.ch-panel')).toHaveCount(0);
});

for (const [what, take] of Object.entries({ noSheets, noWebAssembly, noContainers, noModules })) {
  test(`the console says so: ${what}`, async ({ hub, company, open, complaints }) => {
    complaints.allow(/WebAssembly/);
    const [operator] = await company.operatorsOf('Sales');
    const page = await open();
    await page.addInitScript(take);
    await signIn(page, hub.url);
    await operatorDoor(page, operator.name).click();
    await expect(page.getByRole('alert').filter({ hasText: SENTENCE })).toBeVisible();
    await expect(page.locator('.ch-panel')).toHaveCount(0);
  });
}

test('a browser that will do reads no such sentence', async ({ hub, company, open }) => {
  const [operator] = await company.operatorsOf('Sales');
  const panel = await openConsole(await open(), hub.url, operator.name);
  await expect(panel.page.locator('#too-old')).toBeHidden();
});
