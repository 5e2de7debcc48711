// How the browser tests run: against a real binary that each test starts for itself, all of them in a real Chromium, the
// scenarios of engines/ in the other engines, and those of floor/ in the oldest Chromium.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { type Installed, firefox, webkit } from './engines/installed.ts';

/** Debian's Chromium where it is installed; Playwright's own otherwise. */
const chromium = process.env.CHROMIUM || ['/usr/bin/chromium'].find(existsSync);
/** The oldest that is promised, which `run` has unpacked. */
const oldest = join(import.meta.dirname, 'node_modules/.floor/chromium');
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig<{}, { installed: Installed }>({
  projects: [
    { name: 'chromium', testDir: 'tests' },
    // The archive of `make dist`, installed as the README says.
    { name: 'installation', testDir: 'installation', timeout: 180_000 },
    { name: 'floor', testDir: 'floor', use: { launchOptions: { executablePath: oldest, args } } },
    // Their timeouts are long because a deadline is all they are: every wait ends when what is waited for is there.
    { name: 'firefox', testDir: 'engines', timeout: 180_000, use: { installed: firefox } },
    { name: 'webkit', testDir: 'engines', timeout: 180_000, use: { installed: webkit } },
  ],
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
    launchOptions: { executablePath: chromium, args },
  },
});
