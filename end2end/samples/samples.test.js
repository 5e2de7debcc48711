// Every sample of the documentation runs, and prints what its page says. A page's samples of one language run in order
// against a demonstration of their own, as an integrator would try them; only the server's address is replaced.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { matches } from './compare.js';
import { Demonstration } from './hub.js';
import { LANGUAGES, samplesOf } from './markdown.js';

const ROOT = resolve(import.meta.dirname, '../..');
const PYTHON = join(ROOT, '.tools/python-samples/bin');

/** The addresses that the pages write for the server. */
const ADDRESSES = /https:\/\/chat\.example\.com|http:\/\/127\.0\.0\.1:3000/g;
/** Milliseconds for one sample, on a busy machine. */
const SAMPLE_MS = 60_000;
/** Pages whose samples belong into a browser, and are tested in one by `end2end/tests/`. */
const IN_BROWSERS = new Set(['docs/embedding.md']);

const paths = ['README.md', ...(await pagesIn('docs')), ...(await pagesIn('end2end/samples/published'))];
const pages = await Promise.all(paths.filter((path) => !IN_BROWSERS.has(path)).map(read));

let demonstration;
let folder;
const tokens = {};

before(async () => {
  demonstration = await Demonstration.make();
  // Samples find axios where Node looks for it: beside themselves.
  folder = await mkdtemp(join(tmpdir(), 'chathub-sample-'));
  await symlink(join(import.meta.dirname, 'node_modules'), join(folder, 'node_modules'));
  const hub = await demonstration.start();
  const company = await tokenFrom(`${hub.url}/api/company/get-token`, { login: 'demo', password: 'demo' });
  const expiresAt = new Date(Date.now() + 8 * 60 * 60 * 1000);
  tokens.COMPANY_TOKEN = company;
  tokens.OPERATOR_TOKEN = await tokenFrom(`${hub.url}/api/operator/get-token`, { id: 1, expiresAt }, company);
  await hub.stop();
});

after(async () => {
  await demonstration?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('samples', { concurrency: availableParallelism() }, () => {
  for (const { path, samples, flags } of pages) {
    for (const variant of new Set(samples.map((sample) => sample.variant))) {
      test(`${path}: ${variant}`, async (t) => {
        const hub = await demonstration.start(flags);
        for (const sample of samples.filter((sample) => sample.variant === variant)) {
          const name = `${path}:${sample.line}`;
          await t.test(name, async () => {
            const { code, printed, complaint } = await run(sample, hub.url, name.replaceAll(/\W/g, '-'));
            assert.equal(code, 0, `${name} ended with ${code}.\n${complaint}${printed}`);
            const { output } = sample;
            const said = output && { ...output, text: output.text.replaceAll(ADDRESSES, hub.url) };
            assert.ok(
              matches(said, printed),
              `${name} printed\n${printed}${complaint}where the page says\n${said?.text ?? 'nothing'}`,
            );
          });
        }
        await hub.stop();
      });
    }
  }
});

async function pagesIn(folder) {
  const names = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.md')).sort();
  return names.map((name) => `${folder}/${name}`);
}

/** A page's samples. It may name flags for its servers: `<!-- serve: --limit-logins 3 -->`. */
async function read(path) {
  const text = await readFile(join(ROOT, path), 'utf8');
  const [, flags = ''] = /^<!-- serve: (.*) -->$/m.exec(text) ?? [];
  return { path, samples: samplesOf(text), flags: flags.split(' ').filter(Boolean) };
}

async function tokenFrom(url, body, company) {
  const headers = { 'Content-Type': 'application/json', ...(company && { Authorization: `Bearer ${company}` }) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${url} answered ${response.status}`);
  return response.json();
}

async function run({ language, code }, url, name) {
  const { file, program, args } = LANGUAGES[language];
  const path = join(folder, `${name}-${file}`);
  await writeFile(path, code.replaceAll(ADDRESSES, url));
  const env = {
    ...process.env,
    PATH: `${PYTHON}:${process.env.PATH}`,
    CHATHUB_LOGIN: 'demo',
    CHATHUB_PASSWORD: 'demo',
    // A proxy of this machine's has no business between a sample and its server.
    no_proxy: '127.0.0.1',
    NO_PROXY: '127.0.0.1',
    ...tokens,
  };
  // The test runner's own words to its children.
  delete env.NODE_TEST_CONTEXT;
  return new Promise((done) => {
    execFile(program, [...args, path], { env, cwd: folder, timeout: SAMPLE_MS }, (error, printed, complaint) => {
      done({ code: error ? (error.code ?? error.signal) : 0, printed, complaint });
    });
  });
}
