// What the modules say, out of `locales/`: English goes into their bundle, each other language into a small file of its own,
// which is a module because a page that lets in our script lets in that one as well. A text is known by its number, so that
// no name of one is downloaded. Whether the languages are whole, crates/texts asks.
//
// Usage: node toolchain/words.mjs customer FOLDER ADDRESS
//        node toolchain/words.mjs loader FILE
// Writes the files of a window, and prints what esbuild must know, an argument a line. Panels are few and their loader's
// words even fewer, so all languages but English are one file.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const LOCALES = new URL('../locales/', import.meta.url);
const SOURCE = 'en';
const PSEUDO = 'en-XA';

const read = (language) => JSON.parse(readFileSync(new URL(`${language}.json`, LOCALES), 'utf8'));

/** All there are, English first. */
export const languages = () => {
  const others = readdirSync(LOCALES).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
  return [SOURCE, ...others.filter((language) => language !== SOURCE).sort(), PSEUDO];
};

/** The numbers of a room's texts, by their names. @param {string} room */
export const numbers = (room) => Object.fromEntries(Object.keys(read(SOURCE)[room]).map((name, index) => [name, index]));

/** What is said in a room. @param {string} room @param {string} language */
export function words(room, language) {
  const { language: { locale, direction }, [room]: texts } = read(language === PSEUDO ? SOURCE : language);
  const all = Object.keys(numbers(room)).map((name) => short(texts[name]));
  return { locale, direction, texts: language === PSEUDO ? accented(all) : all };
}

/** Without the plural forms that are like the last one, which is taken for them, and is all where they all are. */
function short(text) {
  if (!text.other) return text;
  const forms = Object.entries(text).filter(([form, words]) => form === 'other' || words !== text.other);
  return forms.length > 1 ? Object.fromEntries(forms) : text.other;
}

/** As crates/texts writes the language that nobody speaks: longer, accented and in brackets. */
function accented(text) {
  if (typeof text === 'object') {
    for (const name of Object.keys(text)) text[name] = accented(text[name]);
    return text;
  }
  const letters = text.replace(/\{\w+\}|[^\p{L}]/gu, '').length;
  const accent = (letter) => 'ÅÉÎÖÛÝåéîöûýçñšžďľťřğķĥĵŵ'['AEIOUYaeiouycnszdltrgkhjw'.indexOf(letter)] ?? letter;
  return `⟦${text.replace(/\{\w+\}|\w/g, (part) => (part[1] ? part : accent(part)))}${'~'.repeat(Math.ceil(letters / 3))}⟧`;
}

/** @param {string} folder @param {string} address of the folder */
function customer(folder, address) {
  const room = 'customer';
  const files = languages().slice(1).map((language) => [language, `export default ${JSON.stringify(words(room, language))}\n`]);
  const version = createHash('sha256').update(files.flat().join()).digest('hex').slice(0, 12);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/${version}`, { recursive: true });
  for (const [language, text] of files) writeFileSync(`${folder}/${version}/${language}.js`, text);
  return {
    ENGLISH: words(room, SOURCE),
    LANGUAGES: languages(),
    WORDS_SRC: `${address}/${version}/`,
    ...numbered('TEXT', room),
  };
}

/** @param {string} file */
function loader(file) {
  const all = (language) => ({ ...words('opening', language), launcher: words('launcher', language).texts });
  const others = Object.fromEntries(languages().slice(1).map((language) => [language, all(language)]));
  writeFileSync(file, `export default ${JSON.stringify(others)}\n`);
  return {
    LAUNCHER_ENGLISH: words('launcher', SOURCE).texts,
    OPENING_ENGLISH: words('opening', SOURCE).texts,
    LANGUAGES: languages(),
    ...numbered('LAUNCHER', 'launcher'),
    ...numbered('OPENING', 'opening'),
  };
}

const numbered = (prefix, room) => Object.fromEntries(Object.entries(numbers(room)).map(([name, number]) => [`${prefix}.${name}`, number]));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [window, ...where] = process.argv.slice(2);
  const known = { customer, loader }[window](...where);
  for (const [name, value] of Object.entries(known)) console.log(`--define:${name}=${JSON.stringify(value)}`);
}
