// What a script asks of a browser: its syntax, and the names of what it calls, sets, and reads from what every script has.
// Types are not known, so a name counts as new where nothing old goes by it, and where the script has none of its own.

import { parse } from 'acorn';
import { ancestor, full } from 'acorn-walk';
import { allLacking, data } from './floor.js';
import { attribute, checkMarkup, commonAttribute, isMarkup } from './markup.js';
import { checkStyles, isStyles } from './styles.js';

/** @typedef {import('./floor.js').Finding} Finding */
/** @typedef {import('./floor.js').Node} Data */

/** The last year of the language that all of the oldest browsers know whole. */
const ECMA_VERSION = 2022;

/** Calls that give an iterator, whose own methods are newer than the arrays' of the same names. */
const ITERATORS = new Set(['values', 'keys', 'entries']);

const { builtins } = data.javascript;

/** What can be a name of its own in a script. */
const GLOBALS = [builtins, data.api, data.api.Window, data.webassembly.api];
/** What has names of its own: `Object.groupBy`, `URL.canParse`, `Intl.Segmenter`, `WebAssembly.Tag`. */
const OWNERS = [builtins, data.api];

/** Whose members are set from outside. */
const SETTABLE = /^(Window|Document|Node|Element|ShadowRoot|(HTML|SVG).*Element)$/;

/** Of what kind that is which every script has by these names. @type {Record<string, string>} */
const KINDS = { globalThis: 'Window', self: 'Window', ...Object.fromEntries(Object.keys(data.api).map((kind) => [lower(kind), kind])) };

/** @type {Map<string, Data[]>} what is called of objects, by name */
const members = new Map();
/** @type {Map<string, Data[]>} what is set of elements, by name */
const settable = new Map();
/** @type {Map<string, Data[]>} */
const events = new Map();
for (const [name, node] of Object.entries(data.api)) if (name === lower(name)) members.set(name, [node]);
for (const [kind, owner] of [builtins, builtins.Intl, data.api].flatMap((group) => Object.entries(group))) {
  for (const [key, node] of Object.entries(owner)) {
    if (key === '__compat') continue;
    const [, name, what] = /** @type {string[]} */ (/^(.*?)(?:_(static|event))?$/.exec(key));
    const add = (/** @type {Map<string, Data[]>} */ index) => index.set(name, [...(index.get(name) ?? []), node]);
    add(what === 'event' ? events : members);
    if (SETTABLE.test(kind)) add(settable);
  }
}

/**
 * @param {string} text a module, as it is sent
 * @returns {Finding[]}
 */
export function checkScript(text) {
  /** @type {Finding[]} */
  const found = [];
  let program;
  try {
    program = parse(text, { ecmaVersion: ECMA_VERSION, sourceType: 'module', locations: true });
  } catch (/** @type {any} */ error) {
    return [{ feature: 'syntax', browsers: [error.message], line: error.loc?.line ?? 0 }];
  }
  const own = declared(program);
  const ownMembers = definedMembers(program);
  /** @param {string} feature @param {Data[]} nodes @param {any} at */
  const report = (feature, nodes, at) => {
    const browsers = allLacking(nodes);
    if (browsers.length > 0) found.push({ feature, browsers, line: at.loc.start.line });
  };

  ancestor(program, {
    Identifier(/** @type {any} */ node, _, /** @type {any[]} */ ancestors) {
      if (own.has(node.name) || isGuarded(node, ancestors.slice(0, -1))) return;
      report(node.name, GLOBALS.map((group) => group[node.name]), node);
    },
    MemberExpression(/** @type {any} */ node, _, /** @type {any[]} */ ancestors) {
      const name = nameOf(node);
      if (!name || isGuarded(node, ancestors.slice(0, -1))) return;
      const owner = node.object.type === 'Identifier' && !own.has(node.object.name) ? node.object.name : '';
      const exact = membersOf(owner, name);
      if (exact.length > 0) return report(`${owner}.${name}`, exact, node);
      if (builtins.Iterator[name] && givesIterator(node.object)) return report(`Iterator.${name}`, [builtins.Iterator[name]], node);
      if (!ownMembers.has(name)) report(`.${name}`, indexFor(node, ancestors.at(-2))?.get(name) ?? [], node);
    },
    ObjectPattern(/** @type {any} */ node, _, /** @type {any[]} */ ancestors) {
      const parent = ancestors.at(-2);
      const owner = parent?.type === 'VariableDeclarator' && parent.init?.type === 'Identifier' ? parent.init.name : '';
      for (const { key, computed } of node.properties) {
        if (!key?.name || computed) continue;
        report(`${owner}.${key.name}`, membersOf(own.has(owner) ? '' : owner, key.name), key);
      }
    },
    Property(/** @type {any} */ node) {
      const name = !node.computed && (node.key.name ?? node.key.value);
      if (typeof name === 'string') report(`attribute ${name}`, commonAttribute(name), node);
    },
    CallExpression(/** @type {any} */ node) {
      const name = nameOf(node.callee) ?? node.callee.name;
      const [first, second] = node.arguments.map((/** @type {any} */ argument) => argument.value);
      if (name === 'addEventListener' && first) report(`event ${first}`, events.get(first) ?? [], node);
      if (/^(set|toggle)Attribute$/.test(name) && first) report(`attribute ${first}`, attribute(first), node);
      if (name === 'RegExp') flags(second, node);
    },
    NewExpression(/** @type {any} */ node) {
      if (node.callee.name === 'RegExp') flags(node.arguments[1]?.value, node);
    },
  });

  /** @param {unknown} letters @param {any} at */
  function flags(letters, at) {
    if (typeof letters === 'string' && letters.includes('v')) report('RegExp flag v', [builtins.RegExp.unicodeSets], at);
  }

  // Style sheets and markup travel in scripts as texts.
  full(program, (/** @type {any} */ node) => {
    const value = node.type === 'Literal' ? node.value : node.type === 'TemplateElement' ? node.value.cooked : undefined;
    if (typeof value !== 'string') return;
    const within = isMarkup(value) ? checkMarkup(value) : isStyles(value) ? checkStyles(value) : [];
    found.push(...within.map((finding) => ({ ...finding, line: node.loc.start.line })));
  });
  return found;
}

/**
 * What is known of a member of something that every script has: `Object.groupBy`, `navigator.share`.
 * @param {string} owner @param {string} name @returns {Data[]}
 */
function membersOf(owner, name) {
  const kind = data.api[KINDS[owner]];
  const found = [...OWNERS.flatMap((group) => [group[owner]?.[`${name}_static`], group[owner]?.[name]]), kind?.[name]];
  if (owner === 'WebAssembly') found.push(data.webassembly.api[name]);
  return owner ? found.filter(Boolean) : [];
}

/** @param {string} kind */
function lower(kind) {
  return kind === 'CSS' ? kind : kind[0].toLowerCase() + kind.slice(1);
}

/** @param {any} node */
function givesIterator({ type, callee, arguments: given }) {
  if (type !== 'CallExpression' || callee.object?.name === 'Object') return false;
  return nameOf(callee) === 'matchAll' || (ITERATORS.has(nameOf(callee) ?? '') && given.length === 0);
}

/** What is only read is nothing at worst. @param {any} node @param {any} parent */
function indexFor(node, parent) {
  if (parent.callee === node || parent.tag === node) return members;
  return parent.type === 'AssignmentExpression' && parent.left === node ? settable : undefined;
}

/** @param {any} node @returns {string | undefined} of what is read from an object */
function nameOf(node) {
  if (node.type === 'ChainExpression') return nameOf(node.expression);
  if (node.type !== 'MemberExpression') return undefined;
  if (!node.computed) return node.property.name;
  return typeof node.property.value === 'string' ? node.property.value : undefined;
}

/**
 * Whether its absence is thought of where it stands: `a.b?.()`, `a.b?.c`, `a.b ?? c`, `if (a.b)`, `typeof b`.
 * @param {any} node @param {any[]} ancestors
 */
function isGuarded(node, ancestors) {
  const parent = ancestors.at(-1);
  switch (parent?.type) {
    case 'CallExpression':
      return parent.callee === node && parent.optional;
    case 'MemberExpression':
      return parent.object === node && parent.optional;
    case 'LogicalExpression':
      return parent.left === node;
    case 'ConditionalExpression':
    case 'IfStatement':
      return parent.test === node;
    case 'UnaryExpression':
      return parent.operator === 'typeof' || parent.operator === '!';
    default:
      return false;
  }
}

/** @param {any} program @returns {Set<string>} all names that a script gives to things of its own, wherever */
function declared(program) {
  const names = new Set();
  /** @param {any} pattern */
  const add = (pattern) => {
    if (pattern?.type === 'Identifier') names.add(pattern.name);
    else if (pattern?.type === 'ObjectPattern') pattern.properties.forEach((/** @type {any} */ property) => add(property.value ?? property.argument));
    else if (pattern?.type === 'ArrayPattern') pattern.elements.forEach(add);
    else if (pattern?.type === 'AssignmentPattern') add(pattern.left);
    else if (pattern?.type === 'RestElement') add(pattern.argument);
  };
  full(program, (/** @type {any} */ node) => {
    if (node.type === 'VariableDeclarator' || node.type === 'ClassDeclaration') add(node.id);
    if (/Function/.test(node.type)) [node.id, ...node.params].forEach(add);
    if (node.type === 'CatchClause') add(node.param);
    if (/^Import.*Specifier$/.test(node.type)) add(node.local);
  });
  return names;
}

/** @param {any} program @returns {Set<string>} the names that a script gives to members of its own objects */
function definedMembers(program) {
  const names = new Set();
  full(program, (/** @type {any} */ node) => {
    if (/^(MethodDefinition|PropertyDefinition)$/.test(node.type)) names.add(node.key.name);
    if (node.type === 'ObjectExpression') {
      for (const { key } of node.properties) if (key) names.add(key.name ?? key.value);
    }
  });
  return names;
}
