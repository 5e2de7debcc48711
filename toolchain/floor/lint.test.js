// The lint finds what it is for, and nothing else. Run by toolchain/floor/run.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { exceptions } from './exceptions.js';
import { chromium, firefox, safari } from './floor.js';
import { lint } from './lint.js';
import { checkMarkup } from './markup.js';
import { checkScript } from './scripts.js';
import { checkStyles } from './styles.js';
import { ALLOWED, checkWasm } from './wasm.js';

/** @param {import('./floor.js').Finding[]} findings */
const names = (findings) => findings.map(({ feature }) => feature);

const NEW_SCRIPTS = {
  '.toSorted': 'export const f = (list) => list.toSorted()',
  '.toSpliced': 'export const f = (list) => list.at(0).toSpliced(1)',
  '.with': 'export const f = (list) => list.with(0, 1)',
  '.isWellFormed': 'export const f = (text) => text["isWellFormed"]()',
  '.union': 'export const f = (a, b) => a.union(b)',
  '.showPopover': 'export const f = (element) => element.showPopover()',
  '.moveBefore': 'export const f = (element) => element.moveBefore(element, null)',
  '.popover': 'document.body.popover = "manual"',
  '.ariaLabel': 'export const f = (element) => { element.ariaLabel = "x" }',
  '.checkVisibility': 'export const f = (element) => element.checkVisibility()',
  'Promise.withResolvers': 'export const f = () => Promise.withResolvers()',
  'Object.groupBy': 'export const { groupBy } = Object',
  'Map.groupBy': 'export const f = (list) => Map.groupBy(list, String)',
  'Array.fromAsync': 'Array.fromAsync([])',
  'URL.canParse': 'export const f = (text) => URL.canParse(text)',
  'AbortSignal.any': 'AbortSignal.any([])',
  'Intl.Segmenter': 'new Intl.Segmenter()',
  'document.startViewTransition': 'document.startViewTransition(() => {})',
  'navigator.setAppBadge': 'navigator.setAppBadge(1)',
  'Iterator.map': 'export const f = (map) => map.values().map(String)',
  'Iterator.toArray': 'export const f = (map) => map.keys().toArray()',
  'RegExp flag v': 'new RegExp("a", "v")',
  Temporal: 'Temporal.Now.instant()',
  '.postTask': 'scheduler.postTask(() => {})',
  EditContext: 'new EditContext()',
  syntax: 'using a = b;',
  'attribute popover': 'document.body.setAttribute("popover", "")',
  'attribute popovertarget': 'document.body.innerHTML = "<button popovertarget=a>b</button>"',
  'event scrollend': 'addEventListener("scrollend", f); function f() {}',
  ':has': 'export default ":host { color: red } a:has(b) { color: red }"',
};
for (const [feature, script] of Object.entries(NEW_SCRIPTS)) {
  test(`${feature} is found in: ${script}`, () => assert.ok(names(checkScript(script)).includes(feature)));
}

test('a regular expression with sets is found by its syntax', () => assert.deepEqual(names(checkScript('/[a--b]/v')), ['syntax']));

const OLD_SCRIPTS = [
  'export const f = (list) => list.at(-1) ?? list.findLast(Boolean)',
  // Thought of where it stands.
  'export const f = (element) => element.showPopover?.()',
  'export const f = () => typeof scheduler === "undefined" || 1',
  'export const f = () => "popover" in HTMLElement.prototype',
  // Names of the script's own.
  'const chat = { union() {} }; chat.union()',
  'class Temporal {} new Temporal()',
  'export const f = (signal) => Object.entries(signal).map(String)',
  'export const f = (kept) => kept.keys("out").map(String)',
  'class A { static { this.a = 1 } #b = 2; c() { return #b in this } }',
];
for (const script of OLD_SCRIPTS) {
  test(`nothing is found in: ${script}`, () => assert.deepEqual(checkScript(script), []));
}

const NEW_STYLES = {
  ':has': 'a:has(b) { color: red }',
  ':open': 'details:open { color: red }',
  nesting: 'a { & b { color: red } }',
  'light-dark()': 'a { color: light-dark(red, blue) }',
  'color-mix()': 'a { --b: color-mix(in oklab, red, blue) }',
  'rgb(from …)': 'a { color: rgb(from red r g b) }',
  'anchor()': 'a { inset-block-start: anchor(bottom) }',
  '@starting-style': '@starting-style { a { color: red } }',
  '@scope': '@scope (a) { b { color: red } }',
  'field-sizing': 'a { field-sizing: content }',
  'float: inline-end': 'a { float: inline-end }',
  'text-wrap': 'a { text-wrap: balance }',
  'unit rcap': 'a { width: 1rcap }',
  '@media (scripting)': '@media (scripting: none) { a { color: red } }',
};
for (const [feature, styles] of Object.entries(NEW_STYLES)) {
  test(`${feature} is found in: ${styles}`, () => assert.deepEqual(names(checkStyles(styles)), [feature]));
}

test('a colour in a custom property needs a sheet of its own, one in a property a plain one before it', () => {
  assert.deepEqual(names(checkStyles('a { color: red; color: light-dark(red, blue) }')), []);
  assert.deepEqual(names(checkStyles('a { --b: red; --b: light-dark(red, blue) }')), ['light-dark()']);
  assert.deepEqual(names(checkStyles('a { -webkit-user-select: none; user-select: none }')), []);
});

test('what a sheet asks for before it uses it is no fault', () => {
  const asked = '@supports (color: color-mix(in oklab, red, red)) { a { color: color-mix(in oklab, red, blue) } }';
  assert.deepEqual(checkStyles(asked), []);
  assert.deepEqual(checkStyles('@supports selector(:has(a)) { a:has(b) { color: red } }'), []);
  assert.deepEqual(names(checkStyles(`${asked} a { --b: color-mix(in oklab, red, blue) }`)), ['color-mix()']);
});

test('what the oldest browsers know is no fault', () => {
  const sheet = `@layer a, b; @layer a { :root { color-scheme: light dark } } @media (width >= 1px) { a { inset: 0 } }
    @container b (width < 640px) { a { height: 100dvh; width: 2cqw } } a:is(b, c):not(:focus-visible)::before { overflow: clip }
    a { --b:var(--day,#fff)var(--night,#000); transform: none; rotate: 1turn; overscroll-behavior: contain; accent-color: red }`;
  assert.deepEqual(checkStyles(sheet), []);
});

test('markup is looked through, with the scripts and style sheets in it', () => {
  const page = `<!doctype html>\n<div popover="manual" class=a>b</div>\n<script type="module">\nf.toSorted()\n</script>
<style>a:has(b) { color: red }</style><input autofocus required>`;
  assert.deepEqual(checkMarkup(page).map(({ feature, line }) => [feature, line]), [
    ['attribute popover', 2],
    ['.toSorted', 4],
    [':has', 6],
  ]);
});

test('WebAssembly that some of them don’t run is refused', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'floor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const modules = {
    old: '(module (func (export "f") (param i32) (result i32) (i32.extend8_s (local.get 0))))',
    'tail-call': '(module (func $f (export "f") (return_call $f)))',
    gc: '(module (type $s (struct (field i32))) (func (export "f") (param (ref null $s))))',
    'relaxed-simd': '(module (func (export "f") (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0))))',
  };
  for (const [name, text] of Object.entries(modules)) {
    const path = join(folder, `${name}.wat`);
    writeFileSync(path, text);
    assert.equal(checkWasm(path).length, name === 'old' ? 0 : 1, name);
  }
});

test('a fault is named by its file, line and feature, and an exception must be needed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'floor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.js');
  writeFileSync(path, 'export const f = (list) =>\n  list.toSorted();');
  const lines = lint([path]);
  assert.match(lines[0], /a\.js:2: \.toSorted is not known to chrome 109\b/);
  assert.equal(lines.length, 1 + exceptions.length);
});

test('WebAssembly may be what all of them run', () => {
  for (const name of ['sign-ext', 'bulk-memory', 'reference-types', 'multivalue', 'simd']) assert.ok(ALLOWED.includes(name), name);
  for (const name of ['gc', 'tail-call', 'relaxed-simd', 'memory64', 'multimemory']) assert.ok(!ALLOWED.includes(name), name);
});

test('the floor is the same wherever it is said', () => {
  const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  assert.ok(read('Cargo.toml').includes(`browserquery = "chrome ${chromium}, firefox ${firefox}, safari ${safari}"`));
  for (const file of readdirSync(new URL('../../locales', import.meta.url))) {
    const { customer, opening, console } = JSON.parse(read(`locales/${file}`));
    for (const text of [customer.stopped.unsupported, opening.too_old, console.too_old]) {
      for (const browser of [`Chrome`, `Edge ${chromium}`, `Firefox ${firefox}`, `Safari ${safari}`]) assert.ok(text.includes(browser), `${file}: ${text}`);
    }
  }
  for (const path of ['README.md', 'docs/embedding.md']) {
    const text = read(path).replace(/\s+/g, ' ');
    assert.match(text, new RegExp(`${chromium}\\b[^.]*Firefox ${firefox}[^.]*Safari ${safari.replace('.', '\\.')}`), path);
  }
});
