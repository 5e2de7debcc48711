// How the browser tests run: against a real binary that each test starts for itself, in a real Chromium.

import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium where it is installed; Playwright's own otherwise. */
const chromium = process.env.CHROMIUM || ['/usr/bin/chromium'].find(existsSync);

export default defineConfig({
  testDir: 'tests',
  // Two cores: the server, the browser and the test share them.
  workers: 2,
  fullyParallel: true,
  // A test that passes only the second time tells of something: it fails.
  retries: 0,
  forbidOnly: !!process.env.CI,
  // A start of the server with its demo data, two browsers and a few waits of reconnecting clients.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: process.env.CI ? 'line' : 'list',
  use: {
    browserName: 'chromium',
    // Neither the server's language nor its time zone: what they would leave in the HTML shows as a mismatch.
    locale: 'en-GB',
    timezoneId: 'Pacific/Auckland',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--no-first-run',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
