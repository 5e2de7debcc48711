// The README's installation, followed from top to bottom as it is printed, ends with an answered message.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { Complaints } from '../fixtures/complaints.ts';
import { CustomerChat, Embed } from '../fixtures/index.ts';
import { Machine, NAMES } from './machine.ts';

const PASSWORD = 'correct horse battery staple';

/** The pieces of a section, in order, of a language. */
async function piecesOf(heading: string, language: string): Promise<string[]> {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const section = readme.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  if (!section) throw new Error(`The README has no section “${heading}”.`);
  return [...section.matchAll(/^```(\w+)[^\n]*\n(.*?)^```$/gms)].filter(([, of]) => of === language).map(([, , piece]) => piece);
}

const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].some(existsSync);
test.skip(!nginx && !process.env.CI, 'nginx is not installed: apt-get install nginx-light');

test('followed from top to bottom, it ends with an answered message', async ({ playwright, launchOptions }) => {
  const machine = await Machine.make();
  const complaints = new Complaints();
  const rules = NAMES.map((name) => `MAP ${name}:443 127.0.0.1:${machine.tlsPort}`).join();
  const browser = await playwright.chromium.launch({ ...launchOptions, args: [...launchOptions.args!, `--host-resolver-rules=${rules}`] });
  const open = async (url: string): Promise<Page> => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    complaints.watch(context);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  try {
    const [install, people] = await piecesOf('A real installation', 'sh');
    await machine.type(install);
    // Each `add` prints an id.
    const printed = await machine.type(people, `${PASSWORD}\n`);
    expect(printed).toMatch(/^(\d+\n){3}$/);
    const [, organization, operator] = printed.split('\n');
    const [block] = await piecesOf('Behind a TLS proxy', 'nginx');
    await machine.proxy(block);

    const [asking] = await piecesOf('Getting an operator token', 'sh');
    const token = await machine.type(
      asking
        .replace('http://127.0.0.1:3000', 'https://chat.acme.example')
        .replace('{"login": "demo", "password": "demo"}', JSON.stringify({ login: 'acme', password: PASSWORD }))
        .replace('\\"id\\": 1,', `\\"id\\": ${operator},`),
    );
    const [customerTag] = await piecesOf('The customer chat on your website', 'html');
    const [panelTag] = await piecesOf('The operator panel in your back office', 'html');
    await machine.publish('shop', customerTag.replace('organization="1"', `organization="${organization}"`));
    await machine.publish('office', panelTag.replace('OPERATOR_TOKEN', token.trim()));

    const customer = new CustomerChat(await open('https://www.acme.example/'));
    await customer.open();
    await customer.isLive();
    await customer.write('Are you open on Sundays?');
    const embed = new Embed(await open('https://office.acme.example/'));
    await embed.open();
    await embed.panel.isLive();
    await embed.panel.open('Are you open on Sundays?');
    await embed.panel.write('From ten to two');
    await expect(customer.message('From ten to two')).toContainText('Anna Meyer');
    await expect.poll(() => customer.texts()).toEqual(['Are you open on Sundays?', 'From ten to two']);

    const [backup] = await piecesOf('Backup, restore, upgrade', 'sh');
    await machine.type('mkdir /backup');
    const copied = await machine.type(backup);
    expect(copied).toContain('/backup/chathub-');
    expect(complaints.list, 'complaints of the browser').toEqual([]);
  } finally {
    await browser.close();
    await machine.remove();
  }
});
