// JSON as the browser has it. Old libraries put their own in its place, or teach arrays to write themselves otherwise:
// Prototype 1.6 makes texts of them, MooTools 1.2 knows no `JSON.parse`. What one realm has read it also writes, so
// texts are read here that are to be written later.

export const { parse, stringify } = intact();

/** @returns {JSON} */
function intact() {
  try {
    if (JSON.stringify(JSON.parse('[{}]')) === '[{}]') return JSON;
  } catch {}
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.documentElement.append(frame);
  const { JSON: own } = /** @type {any} */ (frame.contentWindow);
  document.documentElement.removeChild(frame);
  return own;
}
