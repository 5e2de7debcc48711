// What every style sheet keeps to: colours and sizes are tokens, and nothing knows left from right, so that a page may run
// either way.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');
const folder = (/** @type {string} */ path) =>
  readdirSync(join(root, path), { recursive: true }).filter((name) => `${name}`.endsWith('.css')).map((name) => `${path}/${name}`);
const sheets = [...folder('style'), ...folder('frontend/modules/operator-chat-panel/style')];

/** Sides that are the browser's or the page's own: where it has its safe areas, and which corner was asked for. */
const GIVEN = /^(left|right|padding): (auto|.*env\(safe-area-inset-(left|right)\))/;
/** What has a better one where it is known. */
const LATER = { 'float: right': 'float: inline-end' };

/** @param {string} text @returns {[string, string][]} */
function declarations(text) {
  const found = text.replace(/\/\*[^]*?\*\//g, '').matchAll(/(?<=[{;]\s*)([\w-]+):\s*([^;{}]+)(?=[;}])/g);
  return [...found].map(([, property, value]) => [property, value.trim().replace(/\s+/g, ' ')]);
}

/** A value's parts, with functions whole. @param {string} value */
const parts = (value) => value.replace(/\([^()]*(\([^()]*(\([^()]*\))?[^()]*\))?[^()]*\)/g, '()').replace(/ ?!important/, '').split(' ');

for (const sheet of sheets) {
  const text = read(sheet);
  test(`${sheet}: no left and no right`, () => {
    const physical = declarations(text).filter(([property, value]) => {
      const line = `${property}: ${value}`;
      if (GIVEN.test(line) || (LATER[line] && text.includes(LATER[line]))) return false;
      if (/(^|-)(left|right)(-|$)/.test(property)) return true;
      if (/^(text-align|float|clear)$/.test(property)) return /left|right/.test(value);
      if (!/^(margin|padding|inset|scroll-(margin|padding)|border-radius)$/.test(property)) return false;
      const sides = parts(value);
      return sides.length === 4 && sides[1] !== sides[3];
    });
    assert.deepEqual(physical, []);
  });

  test(`${sheet}: no type below 12 px`, () => {
    const sizes = declarations(text).filter(([property]) => /^(font|font-size|--ch-text-.*)$/.test(property));
    assert.deepEqual(sizes.filter(([, value]) => /(?<![\d.])(\d|1[01])(\.\d+)?px/.test(value.split('/')[0])), []);
  });

  if (sheet === 'style/tokens.css') continue;
  test(`${sheet}: colours are tokens`, () => {
    const literal = declarations(text).filter(([, value]) => /#[\da-f]{3}|\b(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|\b(white|black)\b/i.test(value));
    assert.deepEqual(literal, []);
  });
}

test('the logo has the accent', () => {
  const [, day, night] = /** @type {RegExpExecArray} */ (/--ch-accent: .*light-dark\((#\w+), (#\w+)\)/.exec(read('style/tokens.css')));
  assert.deepEqual(read('style/favicon.svg').match(/#\w+/g), [day, night]);
});

test('letters have 4.5:1 on every ground that they stand on, edges 3:1', () => {
  const tokens = new Map([...read('style/tokens.css').matchAll(/--ch-([\w-]+):.*light-dark\((#\w+), (#\w+)\)/g)].map(([, name, ...both]) => [name, both]));
  const grounds = ['surface', 'sunken', 'raised', 'hover', 'chosen', 'mine'];
  const pairs = [
    ...['ink', 'muted', 'accent'].flatMap((name) => grounds.map((ground) => [name, ground, 4.5])),
    ...['surface', 'sunken', 'raised'].map((ground) => ['edge', ground, 3]),
    ['on-accent', 'accent', 4.5],
    ['surface', 'danger', 4.5],
    ['danger', 'surface', 4.5],
    ['danger', 'danger-ground', 4.5],
    ['warn-ink', 'warn-ground', 4.5],
  ];
  for (const [of, on, least] of pairs) {
    for (const theme of [0, 1]) {
      const found = contrast(tokens.get(of)[theme], tokens.get(on)[theme]);
      assert.ok(found >= least, `${of} on ${on}: ${found.toFixed(2)} (${theme ? 'dark' : 'light'})`);
    }
  }
});

/** WCAG's. @param {string} one @param {string} other */
function contrast(one, other) {
  const [light, dark] = [one, other].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {string} hex */
function luminance(hex) {
  const digits = hex.length === 4 ? hex.slice(1).replace(/./g, '$&$&') : hex.slice(1);
  const [red, green, blue] = digits.match(/../g).map((byte) => {
    const part = parseInt(byte, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
