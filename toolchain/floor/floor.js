// Which browsers the floor is, and what they know: asked of MDN's browser-compat-data.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** @typedef {{ __compat?: { support: Record<string, any> }, [name: string]: any }} Node a piece of MDN's data */

export const data = createRequire(import.meta.url)('@mdn/browser-compat-data');

/** The oldest browsers' versions, as toolchain/versions.env says. */
export const { chromium, firefox, safari } = readFloor();

/** @type {Record<string, string>} the same, by MDN's names, with those that go by the same versions */
const OLDEST = {
  chrome: chromium,
  chrome_android: chromium,
  edge: chromium,
  webview_android: chromium,
  firefox,
  firefox_android: firefox,
  safari,
  safari_ios: safari,
};

function readFloor() {
  const text = readFileSync(new URL('../versions.env', import.meta.url), 'utf8');
  const version = (/** @type {string} */ name) => {
    const found = new RegExp(`^FLOOR_${name}=([0-9.]+)$`, 'm').exec(text);
    if (!found) throw new Error(`toolchain/versions.env does not say FLOOR_${name}`);
    return found[1];
  };
  return { chromium: version('CHROMIUM'), firefox: version('FIREFOX'), safari: version('SAFARI') };
}

/** @param {string} a @param {string} b */
function isNewer(a, b) {
  const [[major, minor = 0], [otherMajor, otherMinor = 0]] = [a, b].map((version) => version.replace('≤', '').split('.').map(Number));
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}

/**
 * The oldest browsers that lack it, or know it by another name or with a flag only.
 * @param {Node} node
 * @returns {string[]} none where the data says nothing
 */
export function lacking(node) {
  const support = node?.__compat?.support;
  if (!support) return [];
  return Object.entries(OLDEST)
    .filter(([browser, version]) => {
      const statements = [support[browser] ?? []].flat();
      const knows = statements.some(
        ({ version_added: added, version_removed: removed, flags, prefix, alternative_name: other }) =>
          typeof added === 'string' &&
          added !== 'preview' &&
          !isNewer(added, version) &&
          !(typeof removed === 'string' && !isNewer(removed, version)) &&
          !(flags || prefix || other),
      );
      return statements.length > 0 && !knows;
    })
    .map(([browser, version]) => `${browser} ${version}`);
}

/**
 * Of several that go by one name, one that is old enough is enough: which is meant can't be told.
 * @param {Node[]} nodes
 */
export function allLacking(nodes) {
  const found = nodes.filter((node) => node?.__compat).map(lacking);
  return found.length > 0 && found.every((browsers) => browsers.length > 0) ? [...new Set(found.flat())] : [];
}

/** @typedef {{ feature: string, browsers: string[], line: number }} Finding */
