// Each page of hosts/ with the panel closed and open, as pictures for a person to look at, as in screenshots.spec.ts.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Embed, expect, test } from '../fixtures/index.ts';

const into = process.env.SCREENSHOTS;
test.skip(!into, 'SCREENSHOTS names no folder');

const PAGES: Record<string, string> = {
  'static-html': '/static-html/',
  react: '/react/',
  vue: '/vue/',
  angular: '/angular/',
  turbo: '/turbo/',
  'aggressive-css': '/aggressive-css/',
  'strict-csp-nonce': '/strict-csp/nonce.html',
  'strict-csp-strict-dynamic': '/strict-csp/strict-dynamic.html',
  'two-organizations': '/two-organizations/',
  'two-loaders': '/two-loaders/',
  iframe: '/iframe/',
};

for (const [name, path] of Object.entries(PAGES)) {
  for (const [look, colorScheme, width] of [['desk', 'light', 1280], ['phone-dark', 'dark', 360]] as const) {
    test(`${name}, ${look}`, async ({ hosts, open }) => {
      await mkdir(into!, { recursive: true });
      const page = await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: width === 360 ? 740 : 800 } });
      await page.goto(hosts.origin + path);
      const embed = name === 'iframe' ? new Embed(page, 0, page.frameLocator('iframe')) : new Embed(page);
      await expect(embed.badge).toBeVisible();
      await page.screenshot({ path: join(into!, `host-${name}-1-closed-${look}.png`) });
      await embed.open();
      await embed.panel.isLive();
      await embed.panel.list.locator('li[data-chat-id] button').first().click();
      await expect(embed.panel.log.locator('li.ch-message').first()).toBeVisible();
      await page.screenshot({ path: join(into!, `host-${name}-2-open-${look}.png`) });
    });
  }
}
