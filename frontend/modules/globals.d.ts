// What the modules find around them: put there by the bundler, by other scripts of the page, or by browsers that have
// more than TypeScript knows of.

/** Style sheets are bundled as texts (`toolchain/bundle`). */
declare module '*.css' {
  const text: string;
  export default text;
}

/** Where the loader's second module is, and what it hashes to (`toolchain/bundle`). */
declare const OPENED_SRC: string;
declare const OPENED_INTEGRITY: string;

/** What the customer chat says in English, the languages there are, English first, and where the words of the others are (`toolchain/words.mjs`). */
declare const ENGLISH: import('./customer-chat/words.js').Words;
declare const LANGUAGES: string[];
/** Or those of all, and what they hash to, in the loader. */
declare const WORDS_SRC: string;
declare const WORDS_INTEGRITY: string;
/** The numbers of the texts. For what checks types they are the names. */
declare const TEXT: { [Name in keyof import('./customer-chat/words.js').Texts]: Name };

/** What the loader says in English: its first module, and its second; and the numbers of these texts. */
type LauncherTexts = (typeof import('../../locales/en.json'))['launcher'];
type OpeningTexts = (typeof import('../../locales/en.json'))['opening'];
declare const LAUNCHER_ENGLISH: LauncherTexts;
declare const OPENING_ENGLISH: OpeningTexts;
declare const LAUNCHER: { [Name in keyof LauncherTexts]: Name };
declare const OPENING: { [Name in keyof OpeningTexts]: Name };

/** The path of the logo, in a square of 24 (`toolchain/bundle`). */
declare const LOGO: string;

interface TrustedPolicy {
  createHTML(text: string): string;
  createScriptURL?(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy;
}

interface SwaggerUI {
  specActions: { updateSpec(json: string): void };
  preauthorizeApiKey(scheme: string, token: string): void;
}

interface Window {
  JSON: JSON;
  /** Firefox and WebKit learn it late. What a policy makes is no text, but is used as one. */
  trustedTypes?: TrustedTypes;
  SwaggerUIBundle(options: object): SwaggerUI;
}
