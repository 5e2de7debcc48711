// In which language a window speaks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf } from './language.js';

const KNOWN = ['en', 'ar', 'es', 'nl', 'pt-BR', 'en-XA'];

/** A tag in a page. @param {{ asks?: string, page?: string }} given `page`: the nearest `lang` that is not empty */
const tag = ({ asks, page }) => ({
  dataset: { language: asks },
  closest: (selector) => (assert.equal(selector, '[lang]:not([lang=""])'), page ? { lang: page } : null),
});

const speaks = (given, browser = ['nl', 'es']) => languageOf(tag(given), KNOWN, browser);

test('what the tag asks for comes before the page, the page before the browser', () => {
  assert.equal(speaks({ asks: 'ar', page: 'es' }), 'ar');
  assert.equal(speaks({ page: 'es' }), 'es');
  assert.equal(speaks({}), 'nl');
});

test('regions and scripts don’t matter where there is one of the language, however it is written', () => {
  for (const page of ['es-MX', 'ES', 'es_ES', 'es-419', 'es-Latn-ES', 'es-u-nu-latn']) assert.equal(speaks({ page }), 'es', page);
  for (const page of ['pt', 'pt-PT', 'pt-br']) assert.equal(speaks({ page }), 'pt-BR', page);
  for (const page of ['en-GB', 'en-US']) assert.equal(speaks({ page }), 'en', page);
});

test('a page in another language is answered in English, whatever the browser speaks', () => {
  for (const page of ['fr', 'fr-CA', 'e', 'esp', 'x-klingon', '-', '*']) assert.equal(speaks({ page }), 'en', page);
  assert.equal(speaks({ asks: 'fr', page: 'es' }), 'en');
});

test('of the browser’s languages the first that there is', () => {
  assert.equal(speaks({}, ['fr-FR', 'fr', 'es-ES', 'nl']), 'es');
  assert.equal(speaks({}, ['fr', 'de']), 'en');
  assert.equal(speaks({}, []), 'en');
});

test('the language that nobody speaks is for who asks for exactly this one', () => {
  assert.equal(speaks({ asks: 'en-XA' }), 'en-XA');
  assert.equal(speaks({ asks: 'en' }), 'en');
});
