// The published samples, each with only the host name changed, in a page of its own on another origin than the hub's.

import { Embed, SCRIPT_ID, converse, enterShop, expect, test } from '../fixtures/index.ts';

for (const name of ['static-html', 'dynamic-injection', 'react', 'vue', 'angular', 'turbo', 'token-manager', 'safe-loading', 'expiry-listener', 'aggressive-css']) {
  test(`${name}: a question arrives and is answered`, async ({ hub, hosts, open }) => {
    const embed = new Embed(await open());
    await embed.page.goto(`${hosts.origin}/${name}/`);
    await converse(embed, await enterShop(await open(), hub.url));
    await expect(embed.page.locator('operator-chat-panel')).toHaveCount(1);
  });
}
