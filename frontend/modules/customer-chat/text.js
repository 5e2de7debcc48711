/** What people write and are called, before it is sent or shown. */

/** With half an emoji, which no JSON reader takes, replaced. @param {string} text */
export const wellFormed = (text) => text.replace(/\p{Cs}/gu, '\ufffd');

