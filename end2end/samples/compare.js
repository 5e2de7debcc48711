// Compares what a sample printed with what its page says, where times, tokens and made-up ids are others every time.

/** What stands for anything of its kind. */
const KINDS = [
  { written: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/, printed: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z` },
  { written: /eyJ…/, printed: String.raw`eyJ[\w-]+\.[\w-]+\.[\w-]+` },
  { written: /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/, printed: '[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}' },
];
const ANY = new RegExp(KINDS.map(({ written }) => `(${written.source})`).join('|'), 'g');

/** Whether the text is what is written, but for the placeholders. */
function fits(written, printed) {
  let pattern = '';
  let from = 0;
  for (const match of written.matchAll(ANY)) {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    pattern += literal(written.slice(from, match.index)) + kind.printed;
    from = match.index + match[0].length;
  }
  return new RegExp(`^${pattern}${literal(written.slice(from))}$`).test(printed);
}

function literal(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Whether two JSON values are the same: every member, and no other. */
function same(written, printed) {
  if (typeof written === 'string') return typeof printed === 'string' && fits(written, printed);
  if (typeof written !== 'object' || written === null) return written === printed;
  if (typeof printed !== 'object' || printed === null || Array.isArray(written) !== Array.isArray(printed)) return false;
  const names = Object.keys(written);
  return names.length === Object.keys(printed).length
    && names.every((name) => Object.hasOwn(printed, name) && same(written[name], printed[name]));
}

/**
 * Whether the sample printed what the page says.
 *
 * @param {?{kind: string, text: string}} output `kind` is `json` (compared as values) or `text`; none is nothing at all.
 */
export function matches(output, printed) {
  if (!output) return printed.trim() === '';
  if (output.kind !== 'json') return fits(output.text.trim(), printed.trim());
  const written = JSON.parse(output.text);
  try {
    return same(written, JSON.parse(printed));
  } catch {
    return false;
  }
}
