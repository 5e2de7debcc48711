/**
 * What a chat keeps in the browser, so that a reload, a crash or a lost ack loses and doubles nothing.
 *
 * Each unsent message has an entry of its own: two tabs that write at the same time can't overwrite each other.
 * Where the browser forbids storage, everything lives as long as the page.
 */

import { parse, stringify, wellFormed } from '../json.js';
import { UNKNOWN, leave, meet, timeOf } from './person.js';
import { byTime, isFinal } from './session.js';

/** @typedef {import('./session.js').Unsent} Unsent */

/** @param {string} hub its origin @param {string} organization */
export function openStorage(hub, organization) {
  const prefix = `chathub:${hub}:${organization}:`;
  const kept = shelf(() => localStorage, prefix);
  const tab = shelf(() => sessionStorage, prefix);
  const OUT = 'out:';
  let person = kept.get('person') ?? UNKNOWN;

  /** From now on it is this person. Nothing is left here of a former one. @param {string} next */
  function become(next) {
    const other = timeOf(next) !== timeOf(person);
    if (next !== person) kept.set('person', (person = next));
    if (other) {
      // Not removed, which would look as if all had been cleared.
      kept.set('visitor', '');
      for (const key of ['seen', ...kept.keys(OUT)]) kept.set(key, null);
    }
    // Each tab for itself, when it comes to know.
    if ((tab.get('person') ?? '') === timeOf(person)) return;
    for (const key of ['draft', 'open']) tab.set(key, null);
    tab.set('person', timeOf(person));
  }

  return {
    /** A page says whom it has before it. @param {import('./person.js').Customer} customer */
    meet: (customer) => become(meet(person, customer)),
    /** Whoever was here has left. */
    leave: () => become(leave()),
    /** Whether somebody else is here now, as another page has said. */
    isOther: () => timeOf(kept.get('person') ?? person) !== timeOf(person),
    /** After all was cleared. */
    keepPerson: () => kept.set('person', person),

    /** Names this visitor to the hub. Empty: the last one was refused. None: there was never one, or all was cleared. */
    visitor: () => kept.get('visitor') ?? undefined,
    /** @param {string} token */
    keepVisitor: (token) => kept.set('visitor', token),
    /** The token is no longer any good, unless another tab has already replaced it. @param {string} token */
    dropVisitor(token) {
      if (kept.get('visitor') === token) kept.set('visitor', '');
    },

    /** What the organization was last called. */
    name: () => kept.get('name') ?? '',
    /** @param {string} name */
    keepName: (name) => kept.set('name', name),

    /** @returns {Unsent[]} oldest first */
    outbox: () =>
      kept
        .keys(OUT)
        .map((key) => unsentOf(kept.get(key)))
        .filter((unsent) => unsent !== undefined)
        .sort(byTime),
    /** @param {Unsent} unsent */
    keepUnsent: (unsent) => kept.set(OUT + unsent.client_id, stringify(unsent)),
    /** @param {string} id */
    dropUnsent: (id) => kept.set(OUT + id, null),

    /** Tells the other tabs how far the visitor has read. @param {{epoch: string | null, seq: number}} place */
    keepSeen: (place) => kept.set('seen', stringify(place)),
    dropSeen: () => kept.set('seen', null),

    draft: () => tab.get('draft') ?? '',
    /** @param {string} text */
    keepDraft: (text) => tab.set('draft', text || null),
    isOpen: () => tab.get('open') === '1',
    /** @param {boolean} open */
    keepOpen: (open) => tab.set('open', open ? '1' : null),

    /**
     * What another tab changed: an unsent message that came or went, how far it has read, whom it speaks for (`fresh`
     * where there was nobody), who is there, or that everything was cleared.
     * @param {StorageEvent} event
     * @returns {{unsent: Unsent} | {gone: string} | {seen: {epoch: string, seq: number}}
     *   | {visitor: 'fresh' | 'other'} | {person: true} | {cleared: true} | undefined}
     */
    told({ key, oldValue, newValue }) {
      if (key === null) return { cleared: true };
      if (!key.startsWith(prefix)) return undefined;
      const name = key.slice(prefix.length);
      if (name === 'visitor') {
        return newValue === null ? { cleared: true } : { visitor: oldValue === null ? 'fresh' : 'other' };
      }
      if (name === 'person' && newValue) return { person: true };
      if (name === 'seen') {
        const seen = /** @type {{epoch: string, seq: number} | null} */ (readable(newValue));
        return seen ? { seen } : undefined;
      }
      if (!name.startsWith(OUT)) return undefined;
      const unsent = unsentOf(newValue);
      return unsent ? { unsent } : { gone: name.slice(OUT.length) };
    },
  };
}

/** A message as it was stored, perhaps by a former version. @param {string | null | undefined} json @returns {Unsent | undefined} */
function unsentOf(json) {
  const { client_id, text, at, failed } = /** @type {Partial<Unsent>} */ (readable(json) ?? {});
  if (typeof client_id !== 'string' || typeof text !== 'string') return undefined;
  const unsent = { client_id, text: wellFormed(text), at: Number(at) || 0 };
  return isFinal(failed) ? { ...unsent, failed } : unsent;
}

/** A browser's storage under a prefix, or memory where it is blocked or full. */
function shelf(/** @type {() => Storage} */ open, /** @type {string} */ prefix) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  /** @template T @param {(storage: Storage) => T} use @returns {T | undefined} */
  const attempt = (use) => {
    try {
      return use(open());
    } catch {
      return undefined;
    }
  };
  return {
    /** @param {string} key @returns {string | null | undefined} */
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(prefix + key)),
    /** @param {string} key @param {string | null} value null removes */
    set(key, value) {
      memory.delete(key);
      if (value === null) attempt((storage) => storage.removeItem(prefix + key));
      else if (!attempt((storage) => (storage.setItem(prefix + key, value), true))) memory.set(key, value);
    },
    /** @param {string} start @returns {string[]} */
    keys: (start) => [
      ...new Set([
        ...memory.keys(),
        ...(attempt((storage) => Object.keys(storage)) ?? [])
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length)),
      ]),
    ].filter((key) => key.startsWith(start)),
  };
}

/** @param {string | null | undefined} json @returns {unknown} */
function readable(json) {
  try {
    return parse(json ?? 'null');
  } catch {
    return null;
  }
}
