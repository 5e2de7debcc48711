// The guide's snippets are parts of the pages that the other specs drive, word for word but for the address.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const ROOT = join(import.meta.dirname, '../..');
const guide = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
/** Without indentation, which a page and a guide need not share. */
const bare = (text: string) => text.replace(/^[ \t]+|[ \t]+$/gm, '').trim();
const snippets = [...guide.matchAll(/^```\w+ from=(\S+)\n([^]*?)^```$/gm)];

test('there are snippets', () => expect(snippets.length).toBeGreaterThan(8));

for (const [, file, text] of snippets) {
  const first = text.trim().split('\n')[0];
  test(`${file}: ${first}`, () => {
    const source = readFileSync(join(ROOT, 'end2end/hosts', file), 'utf8').replaceAll('chathub.example', 'chat.example.com');
    expect(bare(source)).toContain(bare(text));
  });
}
