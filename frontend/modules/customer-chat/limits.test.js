/** The numbers that both sides of the wire must agree on. Run: `node --test frontend/modules`. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import * as ours from './limits.js';

const rust = readFileSync(new URL('../../../crates/domain/src/limits.rs', import.meta.url), 'utf8');
const theirs = Object.fromEntries(
  [...rust.matchAll(/^pub const (\w+): \w+ = (.+);$/gm)].map(([, name, product]) => [
    name,
    product.split('*').reduce((all, factor) => all * Number(factor.replaceAll('_', '')), 1),
  ]),
);

for (const name of ['MESSAGE_CHARS', 'HEARTBEAT_MS', 'SILENCE_MS', 'TYPING_FADES_MS', 'TYPING_EVERY_MS']) {
  test(`${name} is the same in limits.js and crates/domain/src/limits.rs`, () => {
    assert.ok(theirs[name] > 0, 'it stands in limits.rs');
    assert.equal(ours[name], theirs[name]);
  });
}

test('no other number of the customer chat has the name of one that both sides know', () => {
  assert.equal(Object.keys(ours).filter((name) => name in theirs).length, 5);
});
