// What every scenario gets: the hub and the sites of the other browser tests, and parties in the engine of the project.

import { expect, test as base } from '../fixtures/index.ts';
import type { Engine, Party } from './drivers/party.ts';
import * as puppeteer from './drivers/puppeteer.ts';
import * as webkit from './drivers/webkit.ts';
import type { Installed } from './installed.ts';

interface OfWorker {
  /** The engine that the scenarios are about. */
  installed: Installed;
  engine: Engine;
}

interface OfTest {
  /** Somebody comes, with a browser profile of their own. */
  party: () => Promise<Party>;
  /** Lines of the engine's that the test has caused. */
  allowed: RegExp[];
}

export const test = base.extend<OfTest, OfWorker>({
  installed: [undefined as unknown as Installed, { option: true, scope: 'worker' }],

  engine: [
    async ({ installed: { name, by, path, packages } }, use) => {
      if (!path) throw new Error(`${name} is not installed: apt-get install ${packages}`);
      const engine = by === 'webkit' ? await webkit.launch(path) : await puppeteer.launch(by, path);
      await use(engine);
      await engine.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  allowed: async ({}, use) => use([]),

  // Depends on the hub so that pages are gone before it stops.
  party: async ({ engine, allowed, hub: _ }, use) => {
    const parties: Party[] = [];
    await use(async () => {
      const party = await engine.party();
      parties.push(party);
      return party;
    });
    const heard: string[] = [];
    for (const party of parties) {
      heard.push(...(await party.complaints()));
      await party.close();
    }
    const own = (line: string) => allowed.some((pattern) => pattern.test(line));
    expect(heard.filter((line) => !own(line)), 'complaints of the browser').toEqual([]);
  },
});

// Where an engine can't be had, its scenarios are seen to be left out; in CI that is an error.
test.beforeEach(({ installed }) => {
  const { name, path, packages } = installed;
  test.skip(!path && !process.env.CI, `${name} is not installed: apt-get install ${packages}`);
});

export { expect };
