/** What the bundler puts into the modules, for tests: to be imported before them. */

import { languages, numbers, words } from '../../../toolchain/words.mjs';

Object.assign(globalThis, {
  ENGLISH: words('customer', 'en'),
  LANGUAGES: languages(),
  TEXT: numbers('customer'),
});
