// What outlives the page, for as long as its tab: whether a panel is open, and what stood in it. In a page without
// storage nothing does.

/**
 * @param {string} name
 * @param {string} [text] what to keep from now on
 * @returns what is kept
 */
export function kept(name, text) {
  try {
    if (text !== undefined) sessionStorage['chathub:' + name] = text;
    return sessionStorage['chathub:' + name];
  } catch {}
}
