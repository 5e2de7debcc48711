// Finds the samples in a page: every fenced block of a language that can run, and what the page says it prints.

/** How a language's samples are run, by the word after the fence: the file's name, and the program that takes it. */
export const LANGUAGES = {
  sh: { file: 'sample.sh', program: 'bash', args: ['-euo', 'pipefail'] },
  python: { file: 'sample.py', program: 'python', args: [] },
  js: { file: 'sample.mjs', program: 'node', args: [] },
  cjs: { file: 'sample.cjs', program: 'node', args: [] },
  php: { file: 'sample.php', program: 'php', args: [] },
};

/**
 * The samples of a page, in order. A fence's first word is the language, the others say more: `fragment` is a piece
 * that can't run alone, `output` is what the samples above it print, any other word names a variant (`axios`).
 *
 * An output belongs to all samples since the heading or the output before it; a sample without one prints nothing.
 *
 * @returns {{variant: string, language: string, code: string, line: number, output: ?{kind: string, text: string}}[]}
 */
export function samplesOf(markdown) {
  const samples = [];
  let waiting = [];
  for (const block of blocksOf(markdown)) {
    if (block.heading) {
      waiting = [];
      continue;
    }
    const [language, ...words] = block.info.split(/\s+/);
    if (words.includes('output')) {
      if (waiting.length === 0) throw new Error(`Line ${block.line}: an output that no sample above it prints.`);
      for (const sample of waiting) sample.output = { kind: language, text: block.code };
      waiting = [];
    } else if (Object.hasOwn(LANGUAGES, language) && !words.includes('fragment')) {
      const variant = [language, ...words].join(' ');
      const sample = { variant, language, code: block.code, line: block.line, output: null };
      samples.push(sample);
      waiting.push(sample);
    }
  }
  return samples;
}

/** Fenced blocks and headings, in order. */
function* blocksOf(markdown) {
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    if (/^#+ /.test(lines[at])) yield { heading: true };
    const fence = /^( *)(`{3,})(.*)$/.exec(lines[at]);
    if (!fence) continue;
    const [, indent, ticks, info] = fence;
    const line = at + 1;
    const code = [];
    for (at += 1; lines[at]?.trim() !== ticks; at += 1) {
      if (at >= lines.length) throw new Error(`Line ${line}: the block has no end.`);
      code.push(lines[at].startsWith(indent) ? lines[at].slice(indent.length) : lines[at]);
    }
    yield { info: info.trim(), code: `${code.join('\n')}\n`, line };
  }
}
