// JSON as the browser has it. Old libraries put their own in its place, or teach arrays to write themselves otherwise:
// Prototype 1.6 makes texts of them, MooTools 1.2 knows no `JSON.parse`. What one realm has read it also writes, so
// texts are read here that are to be written later.

const json = intact();

export const { parse } = json;

/** Half an emoji, as it is left when a text is cut, is what no other reader takes. @param {string} text */
export const wellFormed = (text) => text.replace(/\p{Cs}/gu, '\ufffd');

/** Every text in it is well-formed. @param {unknown} value @returns {string} */
export const stringify = (value) => json.stringify(value, (_, part) => (typeof part === 'string' ? wellFormed(part) : part));

/** @returns {JSON} */
function intact() {
  try {
    if (JSON.stringify(JSON.parse('[{}]')) === '[{}]') return JSON;
  } catch {}
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.documentElement.append(frame);
  const { JSON: own } = /** @type {Window} */ (frame.contentWindow);
  document.documentElement.removeChild(frame);
  return own;
}
