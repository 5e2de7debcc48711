// What is typed in our windows is not the page's, and what takes the focus from the rest of a page does not take it
// from them: real libraries, in a page that holds both windows.

import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { CustomerChat, Embed, type Company, expect, panelTag, test } from '../fixtures/index.ts';

const LIBRARIES = join(import.meta.dirname, '../hosts/node_modules');
const library = (page: Page, file: string) => page.addScriptTag({ path: join(LIBRARIES, file) });

/** A program with what it imports. */
async function program(page: Page, contents: string): Promise<void> {
  const { build } = await import(join(LIBRARIES, 'esbuild/lib/main.js'));
  const define = { 'process.env.NODE_ENV': '"production"' };
  const stdin = { contents, resolveDir: LIBRARIES };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'iife', define });
  await page.addScriptTag({ content: outputFiles[0].text });
  await page.locator('#note').waitFor();
}

/** The page with the panel in its right corner and the customer chat in its left. */
async function both(page: Page, hub: string, company: Company, show: (body: string) => string, body = ''): Promise<[Embed, CustomerChat]> {
  const [operator] = await company.operatorsOf('Sales');
  const [{ id }] = (await company.organizations()).filter(({ name }) => name === 'Sales');
  const tags = panelTag(hub, await company.operatorToken(operator.id))
    + `<script type="module" src="${hub}/customer-chat.js" organization="${id}" data-position="left"></script>`;
  await page.goto(show(`${body}${tags}`));
  const embed = new Embed(page);
  await embed.isWatching();
  const customer = new CustomerChat(page);
  await expect(customer.launcher).toBeVisible();
  return [embed, customer];
}

/** Everything that is heard of a keyboard. */
const HEARD = [
  ...['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'copy', 'cut', 'paste'],
  ...['compositionstart', 'compositionupdate', 'compositionend', 'focusin', 'focusout', 'wheel'],
];

test('no key, text or turn of the wheel in our windows is heard by the page', async ({ hub, company, foreign, open }) => {
  const page = await open();
  const [embed, customer] = await both(page, hub.url, company, (body) => foreign.show(body));
  await page.evaluate((types) => {
    const heard: string[] = ((window as any).heard = []);
    for (const type of types) {
      for (const target of [document.body, document, window]) target.addEventListener(type, (event) => heard.push(`${event.type} ${(event.target as Element).localName}`));
    }
  }, HEARD);
  const heard = () => page.evaluate(() => (window as any).heard.splice(0));

  await page.mouse.move(5, 5);
  await embed.launcher.focus();
  await page.keyboard.press('g');
  await embed.launcher.press('Enter');
  await embed.panel.isLive();
  await embed.panel.list.locator('li[data-chat-id] button').first().click();
  const session = await page.context().newCDPSession(page);
  for (const [input, text] of [[embed.panel.input, 'from an operator'], [customer.input, 'from a customer']] as const) {
    if (input === customer.input) await customer.open();
    await input.pressSequentially(text);
    await input.press('Control+a');
    await input.press('Control+c');
    await input.press('Control+x');
    await input.press('Control+v');
    await session.send('Input.imeSetComposition', { text: 'か', selectionStart: 1, selectionEnd: 1 });
    await session.send('Input.insertText', { text: '課' });
    await input.hover();
    await page.mouse.wheel(0, 40);
    await input.press('Enter');
  }
  await expect(customer.log).toContainText('from a customer');
  await expect(embed.panel.log).toContainText('from an operator');
  // Their own keys work as ever.
  await customer.input.press('Escape');
  await expect(customer.window).toBeHidden();
  await embed.panel.back();
  await page.keyboard.press('Escape');
  await expect(embed.window).toBeHidden();
  await page.keyboard.press('g');
  // A key is released where the focus is by then: in the page, when what it was pressed in has gone.
  expect((await heard()).filter((what: string) => what !== 'keyup body')).toEqual([]);
  // And the page hears its own.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('g');
  expect(await heard()).toContain('keydown body');
});

const MODAL = `<div class="modal" id="modal" tabindex="-1" title="Order"><div class="modal-dialog"><div class="modal-content">
  <label>Note <input id="note"></label><button data-bs-dismiss="modal">Close it</button></div></div></div>`;

/** Each opens a modal that holds on to the focus. */
const TRAPS: Record<string, (page: Page) => Promise<unknown>> = {
  async 'Bootstrap 5.3'(page) {
    await library(page, 'bootstrap/dist/js/bootstrap.bundle.min.js');
    await page.evaluate(() => new (window as any).bootstrap.Modal('#modal', { backdrop: false }).show());
  },
  async 'Bootstrap 4 with jQuery'(page) {
    await library(page, 'jquery/dist/jquery.min.js');
    await library(page, 'bootstrap4/dist/js/bootstrap.bundle.min.js');
    await page.evaluate(() => (window as any).$('#modal').modal({ backdrop: false }));
  },
  async 'jQuery UI'(page) {
    await library(page, 'jquery/dist/jquery.min.js');
    await library(page, 'jquery-ui-dist/jquery-ui.min.js');
    await page.evaluate(() => (window as any).$('#modal').dialog({ modal: true }));
  },
  async 'focus-trap'(page) {
    await library(page, 'tabbable/dist/index.umd.min.js');
    await library(page, 'focus-trap/dist/focus-trap.umd.min.js');
    // What the guide tells users of it to say.
    await page.evaluate(() => {
      const ours = 'operator-chat-panel, chathub-customer-chat';
      const allowOutsideClick = (event: Event) => !!(event.target as Element).closest(ours);
      (window as any).focusTrap.createFocusTrap('#modal', { allowOutsideClick }).activate();
    });
  },
  // Hides its siblings from screen readers, and takes the focus back when it leaves.
  async 'Radix'(page) {
    await program(page, `
      import * as Dialog from '@radix-ui/react-dialog';
      import { createElement as h } from 'react';
      import { createRoot } from 'react-dom/client';
      // What the guide tells users of it to say.
      const onInteractOutside = (event) => {
        if (event.target.closest('operator-chat-panel, chathub-customer-chat')) event.preventDefault();
      };
      const place = document.querySelector('main').appendChild(document.createElement('div'));
      document.getElementById('modal').remove();
      createRoot(place).render(
        h(Dialog.Root, { defaultOpen: true },
          h(Dialog.Portal, {},
            h(Dialog.Content, { id: 'modal', 'aria-describedby': undefined, onInteractOutside },
              h(Dialog.Title, {}, 'Order'), h('input', { id: 'note' }))))
      );`);
  },
  async 'Headless UI'(page) {
    await program(page, `
      import { Dialog, DialogPanel } from '@headlessui/react';
      import { createElement as h } from 'react';
      import { createRoot } from 'react-dom/client';
      const place = document.querySelector('main').appendChild(document.createElement('div'));
      document.getElementById('modal').remove();
      createRoot(place).render(
        h(Dialog, { open: true, onClose() {} }, h(DialogPanel, { id: 'modal' }, h('input', { id: 'note' }))),
      );`);
  },
};

for (const [name, show] of Object.entries(TRAPS)) {
  test(`a modal that holds on to the focus, ${name}: both windows can be written in`, async ({ hub, company, foreign, open }) => {
    const page = await open();
    const [embed, customer] = await both(page, hub.url, company, (body) => foreign.show(body), MODAL);
    await show(page);
    await page.locator('#note').focus();
    // As from outside of it, which is taken back: it does hold on.
    await page.evaluate(() => {
      const button = document.querySelector('main')!.appendChild(document.createElement('button'));
      button.focus();
    });
    await expect(page.locator('#modal :focus, #modal:focus')).toHaveCount(1);

    await customer.open();
    await customer.input.click();
    await page.keyboard.type('Is anybody there?');
    await expect(customer.input).toHaveValue('Is anybody there?');
    await page.keyboard.press('Enter');
    await expect(customer.message('Is anybody there?')).toHaveAttribute('data-state', /sent|read/);
    await embed.open();
    await embed.panel.isLive();
    await embed.panel.open('Is anybody there?');
    await embed.panel.input.click();
    await page.keyboard.type('I am.');
    await page.keyboard.press('Enter');
    await expect(customer.message('I am.')).toBeVisible();
    if (name === 'Radix') {
      // It takes this key on its way in, wherever it is pressed.
      await embed.close();
    } else {
      await embed.panel.back();
      await embed.window.press('Escape');
    }
    await expect(embed.window).toBeHidden();
    await expect(page.locator('#modal')).toBeVisible();
    // They are there for everybody.
    for (const { launcher } of [embed, customer]) await expect(launcher).toHaveRole('button');
    await expect(page.locator(':is(operator-chat-panel, chathub-customer-chat)[aria-hidden]')).toHaveCount(0);
  });
}
