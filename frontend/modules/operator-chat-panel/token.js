// Reads a token the way pages hand it over. Published samples put the text of a JSON answer into the attribute, so
// quotes, white space and an object with a `token` member are all taken for the token within.

import { parse } from '../json.js';

/**
 * @param {any} given whatever the page has given; what can't be read is no token
 * @returns {string}
 */
export function tidyToken(given) {
  try {
    const token = String(given?.token ?? given ?? '').replace(/^[\s"']+|[\s"']+$/g, '');
    // What is not JSON after all is for the hub to refuse.
    return token[0] === '{' ? tidyToken(parse(token).token) : token;
  } catch {
    return typeof given === 'string' ? given : '';
  }
}
