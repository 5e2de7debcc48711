// What a WASM module asks of a browser, by Binaryen, which refuses what it was not told to allow.

import { spawnSync } from 'node:child_process';
import { data, lacking } from './floor.js';

/** @typedef {import('./floor.js').Finding} Finding */

/** Binaryen's names of what modules may use beyond the first version, and MDN's. @type {Record<string, string>} */
const FEATURES = {
  'bulk-memory': 'bulk-memory-operations',
  'exception-handling': 'exceptionsFinal',
  'extended-const': 'extended-constant-expressions',
  gc: 'garbage-collection',
  memory64: 'memory64',
  multimemory: 'multiMemory',
  multivalue: 'multi-value',
  'nontrapping-float-to-int': 'non-trapping-float-to-int-conversions',
  'reference-types': 'reference-types',
  'relaxed-simd': 'relaxed-SIMD',
  'sign-ext': 'sign-extension-operations',
  simd: 'fixed-width-SIMD',
  'tail-call': 'tail-calls',
};

/** Those that all of the oldest browsers know. Globals that change came with the data's first lines. */
export const ALLOWED = [
  'mutable-globals',
  ...Object.entries(FEATURES)
    .filter(([, name]) => data.webassembly[name] && lacking(data.webassembly[name]).length === 0)
    .map(([flag]) => flag),
];

/**
 * @param {string} path
 * @returns {Finding[]}
 */
export function checkWasm(path) {
  const flags = ['--mvp-features', ...ALLOWED.map((name) => `--enable-${name}`)];
  const { status, stderr, error } = spawnSync('wasm-opt', [...flags, path, '-o', '/dev/null'], { encoding: 'utf8' });
  if (error) throw new Error(`wasm-opt can't be run (${error.message}): make tools`);
  if (status === 0) return [];
  const why = stderr.split('\n').filter((line) => /unexpected|require|error|fatal/i.test(line)).slice(0, 3);
  return [{ feature: 'WebAssembly', browsers: why, line: 0 }];
}
