/**
 * What stands in the list of messages, as a pure function of the session: day separators, groups by author, and
 * what became of each message of one's own.
 */

import { dayOf } from './days.js';
import { GROUP_MS } from './limits.js';

/** @typedef {import('./session.js').State} State */
/** @typedef {'sending' | 'sent' | 'read' | 'failed'} Delivery */
/**
 * @typedef {object} Row
 * @property {string} key stays the same from writing to reading, so that the element stays too
 * @property {number} at milliseconds since 1970
 * @property {true} [day] a separator: nothing of the below is there
 * @property {string} [id]
 * @property {string} [text]
 * @property {import('./wire.js').Link[]} [links] none before the server has the message
 * @property {string} [operator] absent on own messages
 * @property {Delivery} [state] on own messages
 * @property {string} [reason] the code of why it failed
 * @property {boolean} [first] of its group: bears the name
 * @property {boolean} [last] of its group: bears the time
 * @property {boolean} [told] whether its state is written below it
 */

/** @param {State} session @returns {Row[]} */
export function rows({ messages, outbox, readByOperators }) {
  /** @type {Row[]} */
  const all = messages.map(({ seq, client_id, operator, text, links, at }) =>
    operator === undefined
      ? { key: client_id, id: client_id, at, text, links, state: seq <= readByOperators ? 'read' : 'sent' }
      : { key: `#${seq}`, id: client_id, at, text, links, operator },
  );
  // A clock that is slow must not put a day's line below a younger one.
  let latest = all.at(-1)?.at ?? 0;
  for (const { client_id, text, at, failed } of outbox) {
    latest = Math.max(latest, at);
    all.push({
      key: client_id,
      id: client_id,
      at: latest,
      text,
      state: failed ? 'failed' : 'sending',
      reason: failed,
    });
  }
  const settled = all.findLast(({ state }) => state === 'sent' || state === 'read');
  return all.flatMap((row, index) => {
    const before = all[index - 1];
    const after = all[index + 1];
    row.first = !before || !grouped(before, row);
    row.last = !after || !grouped(row, after);
    row.told = row === settled || row.state === 'failed' || (row.state === 'sending' && row.last);
    const day = dayOf(row.at);
    return before && dayOf(before.at) === day ? [row] : [{ key: day, at: row.at, day: true }, row];
  });
}

/** @param {Row} a @param {Row} b */
const grouped = (a, b) =>
  a.operator === b.operator &&
  b.at - a.at < GROUP_MS &&
  a.state !== 'failed' &&
  dayOf(a.at) === dayOf(b.at);
