// Firefox by WebDriver BiDi, and any Chromium by its own protocol.

import puppeteer, { type Browser, type KeyInput, type Page } from 'puppeteer-core';
import { type Engine, type Party, START_MS, VIEWPORT } from './party.ts';

const COMPLAINTS = ['error', 'warn', 'assert'];

export async function launch(browser: 'firefox' | 'chrome', executablePath: string): Promise<Engine> {
  const running = await puppeteer.launch({
    browser,
    executablePath,
    headless: true,
    timeout: START_MS,
    protocolTimeout: START_MS,
    defaultViewport: VIEWPORT,
    args: browser === 'chrome' ? ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--no-first-run'] : [],
  });
  return {
    party: () => enter(running),
    close: () => running.close(),
  };
}

async function enter(browser: Browser): Promise<Party> {
  const context = await browser.createBrowserContext();
  // A window each: what lies in a tab behind another is hidden, and its timers are held back.
  const page = await context.newPage({ type: 'window' });
  page.setDefaultTimeout(START_MS);
  const heard: string[] = [];
  page.on('console', (message) => {
    if (COMPLAINTS.includes(message.type())) heard.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => heard.push(`uncaught: ${(error as Error)?.stack ?? error}`));
  // A reload with something unsent asks.
  page.on('dialog', (dialog) => void dialog.accept());
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    run: (action, argument) => page.evaluate(action as any, argument) as Promise<any>,
    click: (x, y) => page.mouse.click(x, y),
    type: (text) => page.keyboard.type(text),
    press: (keys) => press(page, keys.split('+') as KeyInput[]),
    complaints: async () => heard,
    close: () => context.close(),
  };
}

async function press(page: Page, [key, ...rest]: KeyInput[]): Promise<void> {
  if (rest.length === 0) return page.keyboard.press(key);
  await page.keyboard.down(key);
  await press(page, rest);
  await page.keyboard.up(key);
}
