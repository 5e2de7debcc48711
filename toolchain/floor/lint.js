// node lint.js FILE …: what each of these needs that one of the oldest browsers lacks. Fails when there is any, but for
// what exceptions.js gives a reason for; a reason that nothing needs any more fails, too.

import { readFileSync } from 'node:fs';
import { exceptions } from './exceptions.js';
import { checkMarkup } from './markup.js';
import { checkScript } from './scripts.js';
import { checkStyles } from './styles.js';
import { checkWasm } from './wasm.js';

/** @typedef {import('./floor.js').Finding} Finding */

/**
 * @param {string} path
 * @returns {Finding[]}
 */
export function check(path) {
  if (path.endsWith('.wasm')) return checkWasm(path);
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.css')) return checkStyles(text);
  return path.endsWith('.html') ? checkMarkup(text) : checkScript(text);
}

/**
 * @param {string[]} paths
 * @returns {string[]} what is to be done, a line each
 */
export function lint(paths) {
  const lines = [];
  const used = new Set();
  for (const path of paths) {
    for (const { feature, browsers, line } of check(path)) {
      const reason = exceptions.find((exception) => exception.feature === feature && exception.files.test(path));
      if (reason) used.add(reason);
      else lines.push(`${path}:${line}: ${feature} is not known to ${browsers.join(', ')}`);
    }
  }
  for (const exception of exceptions) {
    if (!used.has(exception)) lines.push(`toolchain/floor/exceptions.js: nothing needs the one for ${exception.feature} in ${exception.files}`);
  }
  return lines;
}

if (process.argv[1] === import.meta.filename) {
  const lines = lint(process.argv.slice(2));
  for (const line of lines) console.error(line);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
