/**
 * The oldest browsers that the modules run in are Chromium 109, Firefox 115 and Safari 16.4. Nothing newer is called
 * but where its absence is thought of (`?.(`). Run: `node --test frontend/modules`.
 */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

/** What one of the three lacks, by the name that is called. */
const NEWER = [
  ...['toSpliced', 'toSorted', 'toReversed', 'with', 'isWellFormed', 'toWellFormed', 'fromAsync', 'groupBy'],
  ...['withResolvers', 'canParse', 'union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf'],
  ...['isSupersetOf', 'isDisjointFrom', 'fromBase64', 'toBase64', 'fromHex', 'toHex', 'getOrInsert', 'sumPrecise'],
  ...['startViewTransition', 'showPopover', 'hidePopover', 'togglePopover', 'checkVisibility', 'requestIdleCallback'],
  ...['moveBefore', 'setHTMLUnsafe', 'parseHTMLUnsafe', 'getHTML'],
];
const CALL = new RegExp(`\\.(${NEWER.join('|')})\\(`, 'g');

const folder = new URL('.', import.meta.url);
const modules = readdirSync(folder, { recursive: true }).filter((name) => /(?<!test)\.js$/.test(name) && !/fakes/.test(name));

for (const name of modules) {
  test(`${name} calls nothing newer than the oldest browsers`, () => {
    assert.deepEqual(readFileSync(new URL(name, folder), 'utf8').match(CALL) ?? [], []);
  });
}
