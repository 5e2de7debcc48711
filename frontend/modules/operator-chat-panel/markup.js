// The one place where text becomes elements: through a Trusted Types policy where the page asks for one. What goes in
// is our own shell and what the hub rendered.

/** @type {{ createHTML(text: string): any } | undefined} */
let policy;

/**
 * @param {Element | ShadowRoot} parent
 * @param {string} text
 */
export function setMarkup(parent, text) {
  policy ??= /** @type {any} */ (window).trustedTypes?.createPolicy('chathub', {
    createHTML: (/** @type {string} */ text) => text,
  }) ?? { createHTML: (text) => text };
  parent.innerHTML = /** @type {any} */ (policy).createHTML(text);
}
