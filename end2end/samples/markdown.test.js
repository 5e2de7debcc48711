// What the runner takes for a sample, and what it lets pass.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { matches } from './compare.js';
import { samplesOf } from './markdown.js';

const block = (info, code) => `\`\`\`${info}\n${code}\n\`\`\`\n`;

test('an output belongs to every sample since the one before it', () => {
  const page = ['# Page', block('sh', 'a'), block('js axios', 'b'), block('text output', 'c'), block('sh', 'd')].join('\n');
  const samples = samplesOf(page);
  assert.deepEqual(samples.map(({ variant, output }) => [variant, output?.text]), [
    ['sh', 'c\n'],
    ['js axios', 'c\n'],
    ['sh', undefined],
  ]);
  assert.equal(samples[0].line, 2);
});

test('a heading ends what an output reaches back to', () => {
  assert.throws(() => samplesOf(`${block('sh', 'a')}# Next\n${block('text output', 'b')}`), /no sample/);
});

test('a hash in a sample is no heading', () => {
  const [sample] = samplesOf(block('sh', '# a comment\ntrue') + block('text output', 'x'));
  assert.equal(sample.output.text, 'x\n');
});

test('fragments and other languages are not run', () => {
  assert.deepEqual(samplesOf(block('sh fragment', 'a') + block('html', 'b') + block('json', 'c')), []);
});

test('a block without an end is an error', () => {
  assert.throws(() => samplesOf('```sh\necho'), /no end/);
});

test('times, tokens and UUIDs are any of their kind, all else is exact', () => {
  const cases = [
    ['text', 'until 2030-01-31T12:00:00Z', 'until 2026-02-03T04:05:06.789Z', true],
    ['text', 'until 2030-01-31T12:00:00Z', 'until tomorrow', false],
    ['text', 'token="eyJ…"', 'token="eyJh.eyJi.c-_"', true],
    ['text', 'token="eyJ…"', 'token=""eyJh.eyJi.c-_""', false],
    ['text', '1.5 (a)', '1.5 (a)\n', true],
    ['text', '1.5', '105', false],
    ['json', '{"id": 1, "at": "2030-01-31T12:00:00Z"}', '{"at":"2026-02-03T04:05:06Z","id":1}', true],
    ['json', '{"id": 1}', '{"id":1,"more":2}', false],
    ['json', '{"id": 1}', '{"id":"1"}', false],
    ['json', '{"id": null}', '{}', false],
    ['json', '[1, 2]', '[2,1]', false],
    ['json', '[]', '{}', false],
    ['json', '{}', 'not JSON', false],
    ['json', '"b1f0e497-1667-4ed3-93f8-face465d0210"', '"00000000-0000-4000-8000-000000000000"', true],
  ];
  for (const [kind, text, printed, expected] of cases) {
    assert.equal(matches({ kind, text }, printed), expected, `${text} and ${printed}`);
  }
});

test('a sample without an output prints nothing', () => {
  assert.equal(matches(null, '\n'), true);
  assert.equal(matches(null, 'something'), false);
});
