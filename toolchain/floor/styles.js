// What a style sheet asks of a browser: at-rules, selectors, properties, their words, functions and units.

import { findAll, parse, walk } from 'css-tree';
import { allLacking, data } from './floor.js';

/** @typedef {import('./floor.js').Finding} Finding */
/** @typedef {import('./floor.js').Node} Data */

const { css } = data;
const { length } = css.types;

/** @type {Map<string, Data[]>} functions by name, whatever they are of */
const functions = new Map();
collect(css.types);

/** @param {Data} group */
function collect(group) {
  for (const [name, node] of Object.entries(group)) {
    if (name === '__compat' || typeof node !== 'object') continue;
    functions.set(name, [...(functions.get(name) ?? []), node]);
    collect(node);
  }
}

/** @param {string} text */
export const isStyles = (text) => /:host\b[^]*\{/.test(text);

/**
 * @param {string} text
 * @returns {Finding[]}
 */
export function checkStyles(text) {
  /** @type {Finding[]} */
  const found = [];
  const sheet = parse(text, {
    parseCustomProperty: true,
    positions: true,
    onParseError: (error) => found.push({ feature: 'syntax', browsers: [error.message], line: error.line }),
  });
  // A token soup is what a custom property may be.
  found.splice(0, found.length, ...found.filter(({ line }) => !/^\s*--|[{;]\s*--/.test(text.split('\n')[line - 1])));
  /** @type {Set<string>[]} what the `@supports` around have asked for */
  const asked = [];
  walk(sheet, {
    enter(/** @type {any} */ node) {
      if (node.type === 'Atrule' && node.name === 'supports') asked.push(new Set(featuresIn(node.prelude).map(({ feature }) => feature)));
      if (node.type === 'AtrulePrelude' && this.atrule?.name === 'supports') return walk.skip;
      for (const finding of featuresOf(node)) {
        if (asked.some((features) => features.has(finding.feature)) || hasFallback(node, this)) continue;
        found.push({ ...finding, line: node.loc?.start.line ?? 0 });
      }
    },
    leave(/** @type {any} */ node) {
      if (node.type === 'Atrule' && node.name === 'supports') asked.pop();
    },
  });
  return found;
}

/** @param {any} prelude */
function featuresIn(prelude) {
  return findAll(prelude, () => true).flatMap((node) => featuresOf(node));
}

/**
 * Those that one of the oldest browsers lacks.
 * @param {any} node
 * @returns {{ feature: string, browsers: string[] }[]}
 */
function featuresOf(node) {
  /** @type {[string, Data[]][]} */
  const used = [];
  switch (node.type) {
    case 'Atrule':
      used.push([`@${node.name}`, [css['at-rules'][node.name]]]);
      break;
    case 'Feature':
    case 'FeatureRange':
      used.push([`@${node.kind} (${node.name})`, [css['at-rules'][node.kind]?.[node.name]]]);
      break;
    case 'PseudoClassSelector':
    case 'PseudoElementSelector':
      if (!node.name.startsWith('-')) used.push([`:${node.name}`, [css.selectors[node.name]]]);
      break;
    case 'NestingSelector':
      used.push(['nesting', [css.selectors.nesting]]);
      break;
    case 'Declaration':
      used.push(...wordsOf(node));
      break;
    case 'Function': {
      const inner = functions.get(node.name) ?? [];
      used.push([`${node.name}()`, inner]);
      const first = node.children?.first;
      if (first?.name === 'from') used.push([`${node.name}(from …)`, [css.types.color[node.name]?.relative_syntax]]);
      break;
    }
    case 'Dimension':
      used.push([`unit ${node.unit}`, [unitOf(node.unit)]]);
      break;
  }
  return used
    .map(([feature, nodes]) => ({ feature, browsers: allLacking(nodes) }))
    .filter(({ browsers }) => browsers.length > 0);
}

/** The property, or the words that are its value. @param {any} declaration @returns {[string, Data[]][]} */
function wordsOf({ property, value }) {
  if (property.startsWith('-')) return [];
  const known = css.properties[property];
  if (!known || isUnknown(property)) return [[property, [known]]];
  const words = findAll(value, ({ type }) => type === 'Identifier').map((word) => /** @type {any} */ (word).name);
  return words.map((word) => [`${property}: ${word}`, [known[word]]]);
}

/** @param {string} property */
const isUnknown = (property) => allLacking([css.properties[property]]).length > 0;

/** @param {string} unit */
function unitOf(unit) {
  if (/^d(v[whib]|vmin|vmax)$/.test(unit)) return length.viewport_percentage_units_dynamic;
  if (/^l(v[whib]|vmin|vmax)$/.test(unit)) return length.viewport_percentage_units_large;
  if (/^s(v[whib]|vmin|vmax)$/.test(unit)) return length.viewport_percentage_units_small;
  if (/^cq/.test(unit)) return length.container_query_length_units;
  return length[unit];
}

/**
 * Whether the rule says the same before, by a prefixed property or in words that need less, for those who don't know this.
 * (A custom property takes any value, so there the earlier one is lost.)
 * @param {any} node @param {any} context
 */
function hasFallback(node, { declaration, rule }) {
  const own = node.type === 'Declaration' ? node : declaration;
  if (!own || !rule || own.property.startsWith('--')) return false;
  const all = rule.block.children.toArray();
  const before = all.slice(0, all.indexOf(own));
  return before.some((/** @type {any} */ other) =>
    isUnknown(own.property) ? other.property === `-webkit-${own.property}` : other.property === own.property && featuresIn(other).length === 0,
  );
}
