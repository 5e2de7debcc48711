// Somebody changes the panel's code on its way: nothing of that runs, in any engine, and the operator is told.

import { panelTag } from '../fixtures/index.ts';
import { expect, test } from './test.ts';
import { Embed } from './windows.ts';

/** Would run before all else of a module. */
const LINE = "document.documentElement.dataset.ran = 'tampered';";
/** An empty custom section named `x`, with which WASM is as good as before. */
const SECTION = Buffer.from([0, 2, 1, 0x78]);

const PARTS: [string, RegExp, (body: Buffer) => Buffer][] = [
  ['the loader’s second module', /\/opened\.js/, (body) => Buffer.concat([Buffer.from(LINE), body])],
  ['the panel’s module', /\/pkg\/.*\.js/, (body) => Buffer.concat([Buffer.from(LINE), body])],
  ['the panel’s WASM', /\/pkg\/.*\.wasm/, (body) => Buffer.concat([body, SECTION])],
  ['the panel’s style sheet', /\/pkg\/.*\.css/, (body) => Buffer.concat([body, Buffer.from('\n.ch-panel { --tampered: 1 }')])],
];

test('code that is not as it was built does not run, and the panel says a sentence until it is', async ({ company, foreign, party, proxy, allowed }) => {
  allowed.push(/hashes in the integrity attribute match/);
  const [operator] = await company.operatorsOf('Sales');
  const token = await company.operatorToken(operator.id);
  for (const [part, path, change] of PARTS) {
    await test.step(part, async () => {
      // Nobody has anything from before.
      const embed = new Embed(await party());
      proxy.tamper(path, change);
      await embed.party.goto(foreign.show(panelTag(proxy.url, token)));
      await embed.badge.isThere();
      await embed.open();
      await embed.note.says("The chats can't be reached. Trying again.");
      // Tried more than once, and refused each time.
      await expect.poll(() => proxy.tampered, { timeout: 30_000 }).toBeGreaterThan(1);
      expect(await embed.party.run(() => document.documentElement.dataset.ran ?? 'nothing', undefined)).toBe('nothing');
      await embed.panel.root.is('was never taken over', (all) => all.every(({ attributes }) => !('data-hydrated' in attributes)));
      await embed.note.says("The chats can't be reached. Trying again.");
      proxy.leaveAlone();
      await embed.panel.isLive();
    });
  }
});
