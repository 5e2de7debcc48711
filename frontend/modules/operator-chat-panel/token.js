// Reads a token the way pages hand it over. Published samples put the text of a JSON answer into the attribute, so
// quotes, white space and an object with a `token` member are all taken for the token within.

/** @param {unknown} given */
export function tidyToken(given) {
  let token = bare(given);
  if (token[0] === '{') {
    try {
      token = bare(JSON.parse(token).token);
    } catch {
      // Not JSON after all: the hub will say that it is no token.
    }
  }
  return token;
}

/** @param {unknown} given */
const bare = (given) => String(given ?? '').replace(/^[\s"']+|[\s"']+$/g, '');
