/**
 * Elements without markup: a page with a strict Content-Security-Policy or Trusted Types takes no HTML strings, and
 * a customer's or operator's text must never be one.
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) attribute(element, name, value);
  element.append(...children);
  return element;
}

/**
 * Sets or removes an attribute, and only when that changes it: live regions and transitions stay quiet.
 * @param {Element} element @param {string} name @param {string | boolean | undefined} value
 */
export function attribute(element, name, value) {
  if (value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else {
    const text = value === true ? '' : value;
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A 24 × 24 drawing in the text's colour. @param {string} name @param {string} d */
export function icon(name, d) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', name);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}

const URLS = /https?:\/\/[^\s<>"'\u202a-\u202e\u2066-\u2069]+/gi;

/** Text with its web addresses made links; everything else stays text. @param {string} text @returns {(Node | string)[]} */
export function linked(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let from = 0;
  for (const { 0: match, index } of text.matchAll(URLS)) {
    // A sentence's end, and a bracket that was opened before the address, do not belong to it.
    let href = match.replace(/[.,;:!?…»”’*_]+$/, '');
    if (href.endsWith(')') && !href.includes('(')) href = href.slice(0, -1);
    if (!/^https?:..[^/]/i.test(href)) continue;
    parts.push(text.slice(from, index), h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, href));
    from = index + href.length;
  }
  return [...parts, text.slice(from)];
}
