// Writes the style sheets that every page of somebody else's downloads with the tokens' values in the place of their
// names, so that they bring what they use and no more: node toolchain/tokens.mjs
//
// `light-dark(A, B)` becomes `var(--day,A)var(--night,B)`, of which the sheet leaves one: the oldest browsers lack it.

import { readFileSync, writeFileSync } from 'node:fs';

const loader = 'frontend/modules/operator-chat-panel/style';
const out = 'frontend/assets';

const names = valuesIn(readFileSync('style/tokens.css', 'utf8'));
write(`${loader}/launcher.css`, `${out}/launcher.css`);
write(`${loader}/window.css`, `${out}/window.css`);
// What integrators set for the panel is not for their customers' windows.
write('style/customer-chat.css', `${out}/customer-chat.css`, (value) => value.replace(/^var\(--chathub-[\w-]+,([^]*)\)$/, '$1'));

/** The first value of each name: those after it are for browsers that know more. @param {string} tokens */
function valuesIn(tokens) {
  const found = new Map();
  for (const [, name, value] of tokens.matchAll(/--ch-([\w-]+):\s*([^;]+);/g)) {
    if (!found.has(name)) found.set(name, value.replace(/\s+/g, ' ').replace(/(?<=[(,]) | (?=\))/g, ''));
  }
  return found;
}

/** @param {string} from @param {string} to @param {(value: string) => string} [as] */
function write(from, to, as = (value) => value) {
  /** @type {(text: string) => string} */
  const filled = (text) =>
    text.replace(/var\(--ch-([\w-]+)\)/g, (_, name) => {
      if (!names.has(name)) throw new Error(`${from} uses --ch-${name}, which style/tokens.css does not have`);
      return filled(as(names.get(name)));
    });
  writeFileSync(to, filled(readFileSync(from, 'utf8')).replace(/light-dark\(([^,()]+),([^()]+)\)/g, 'var(--day,$1)var(--night,$2)'));
}
