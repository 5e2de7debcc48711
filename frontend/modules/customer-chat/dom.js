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

/** What each element was told to say; whoever translates the page puts something else there. @type {WeakMap<Element, string>} */
const said = new WeakMap();

/** @param {Element} element @param {string} text */
export function say(element, text) {
  if (said.get(element) === text) return;
  said.set(element, text);
  element.textContent = text;
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

/**
 * A text with its links as the server has found them; what can't be one (out of order, of another scheme) stays text.
 * @param {string} text @param {import('./wire.js').Link[]} [links] @returns {(Node | string)[]}
 */
export function linked(text, links = []) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let from = 0;
  for (const { offset, length, url } of links) {
    const end = offset + length;
    if (!(offset >= from && length > 0 && end <= text.length && /^(https?:\/\/|mailto:)/.test(url))) continue;
    const words = text.slice(offset, end);
    const title = url.replace(/\/$/, '').endsWith(words) ? '' : url;
    parts.push(text.slice(from, offset), h('a', { href: url, title, target: '_blank', rel: 'noopener noreferrer nofollow' }, words));
    from = end;
  }
  return [...parts, text.slice(from)];
}
