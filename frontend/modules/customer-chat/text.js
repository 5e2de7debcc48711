/** What people write and are called, before it is sent or shown. */

/**
 * Whether there is anything to see in it: blanks, controls and other invisible characters alone are no message, as in
 * `crates/domain/src/text.rs`. @param {string} text
 */
export const isVisible = (text) => /[^\s\p{Cc}\p{DI}\u2800\ufff9-\ufffb]/u.test(text);

/** A name on one line, without the controls that could reorder what stands beside it. @param {string} name */
export const plain = (name) => name.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').trim();

/** For where there are no elements to isolate a name by its own direction. @param {string} name */
export const isolated = (name) => `\u2068${plain(name)}\u2069`;
