// What every scenario gets: the hub and the sites of the other browser tests, and parties in the engine of the project.

import { expect, panelTag, test as base } from '../fixtures/index.ts';
import type { Engine, Party } from './drivers/party.ts';
import * as puppeteer from './drivers/puppeteer.ts';
import * as webkit from './drivers/webkit.ts';
import type { Installed } from './installed.ts';
import { Proxy } from './proxy.ts';
import { CustomerChat, Embed } from './windows.ts';

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
  /** A customer in front of the open chat of the demonstration's shop, which belongs to Sales. */
  shop: () => Promise<CustomerChat>;
  /** An operator of Sales before a page of another origin, whose launcher has its number. */
  office: () => Promise<Embed>;
  /** Another address of the hub, under which its answers can be changed. */
  proxy: Proxy;
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

  shop: async ({ hub, party }, use) => use(async () => CustomerChat.enter(await party(), hub.url)),

  office: async ({ hub, company, foreign, party }, use) =>
    use(async () => {
      const [operator] = await company.operatorsOf('Sales');
      const embed = new Embed(await party());
      await embed.party.goto(foreign.show(panelTag(hub.url, await company.operatorToken(operator.id))));
      await embed.badge.isThere();
      return embed;
    }),

  proxy: async ({ hub }, use) => {
    const proxy = await Proxy.start(hub.url);
    await use(proxy);
    await proxy.stop();
  },
});

// Where an engine can't be had, its scenarios are seen to be left out; in CI that is an error.
test.beforeEach(({ installed }) => {
  const { name, path, packages } = installed;
  test.skip(!path && !process.env.CI, `${name} is not installed: apt-get install ${packages}`);
});

export { expect };
