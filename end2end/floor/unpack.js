// Unpacks the oldest Chromium that is promised out of its package, once, beside what npm has installed. (The package's own
// way is /tmp/chromium, which might be anybody's and any version.) It runs with the libraries that Debian's chromium brings.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

const modules = new URL('../node_modules/', import.meta.url);
const packed = new URL('@sparticuz/chromium/bin/chromium.br', modules);
const unpacked = new URL('.floor/chromium', modules);

if (!existsSync(unpacked)) {
  mkdirSync(new URL('.', unpacked), { recursive: true });
  const part = new URL('.floor/chromium.part', modules);
  writeFileSync(part, brotliDecompressSync(readFileSync(packed)), { mode: 0o755 });
  renameSync(part, unpacked);
}
