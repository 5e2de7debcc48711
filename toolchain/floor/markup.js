// What HTML asks of a browser: its attributes, and the scripts and style sheets that stand in it.

import { allLacking, data } from './floor.js';
import { checkScript } from './scripts.js';
import { checkStyles } from './styles.js';

/** @typedef {import('./floor.js').Finding} Finding */

const { elements, global_attributes } = data.html;

/** @param {string} text */
export const isMarkup = (text) => /^\s*<[!a-z][^>]*>/i.test(text);

/** What the data knows of an attribute, of whichever element. @param {string} name */
export const attribute = (name) => [global_attributes[name], ...Object.values(elements).map((element) => element[name])];

/** … of one that every element has. @param {string} name */
export const commonAttribute = (name) => [global_attributes[name]];

/**
 * @param {string} text
 * @returns {Finding[]}
 */
export function checkMarkup(text) {
  /** @type {Finding[]} */
  const found = [];
  for (const { 0: tag, index } of text.matchAll(/<[a-z][^\s>]*(?:\s+[^\s=>]+(?:=(?:"[^"]*"|'[^']*'|[^\s>]+))?)+/gi)) {
    const line = lineOf(text, index);
    for (const [, name] of tag.matchAll(/\s([^\s=>]+)(?:=(?:"[^"]*"|'[^']*'|[^\s>]+))?/g)) {
      const browsers = allLacking(attribute(name.toLowerCase()));
      if (browsers.length > 0) found.push({ feature: `attribute ${name}`, browsers, line });
    }
  }
  const within = (/** @type {RegExp} */ block, /** @type {(text: string) => Finding[]} */ check) => {
    for (const { 1: inner, index } of text.matchAll(block)) {
      found.push(...check(inner).map((finding) => ({ ...finding, line: lineOf(text, index) + finding.line - 1 })));
    }
  };
  within(/<script(?![^>]*\btype=["']?application\/)[^>]*>([^]*?)<\/script>/gi, checkScript);
  within(/<style[^>]*>([^]*?)<\/style>/gi, checkStyles);
  return found;
}

/** @param {string} text @param {number} index */
const lineOf = (text, index) => text.slice(0, index).split('\n').length;
