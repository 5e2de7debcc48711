/**
 * What a chat keeps in the browser, so that a reload, a crash or a lost ack loses and doubles nothing.
 *
 * Each unsent message has an entry of its own: two tabs that write at the same time can't overwrite each other.
 * Where the browser forbids storage, everything lives as long as the page.
 */

/** @typedef {import('./session.js').Unsent} Unsent */

/** @param {string} hub its origin @param {string} organization */
export function openStorage(hub, organization) {
  const prefix = `chathub:${hub}:${organization}:`;
  const kept = shelf(() => localStorage, prefix);
  const tab = shelf(() => sessionStorage, prefix);
  const OUT = 'out:';

  return {
    /** Names this visitor to the hub. */
    visitor: () => kept.get('visitor') ?? undefined,
    /** @param {string} token */
    keepVisitor: (token) => kept.set('visitor', token),
    /** Forgets the token, unless another tab has already replaced it. @param {string} token */
    dropVisitor(token) {
      if (kept.get('visitor') === token) kept.set('visitor', null);
    },

    /** What the organization was last called. */
    name: () => kept.get('name') ?? '',
    /** @param {string} name */
    keepName: (name) => kept.set('name', name),

    /** @returns {Unsent[]} oldest first */
    outbox: () =>
      kept
        .keys(OUT)
        .map((key) => parse(kept.get(key)))
        .filter((unsent) => typeof unsent?.text === 'string')
        .sort((a, b) => a.at - b.at),
    /** @param {Unsent} unsent */
    keepUnsent: (unsent) => kept.set(OUT + unsent.client_id, JSON.stringify(unsent)),
    /** @param {string} id */
    dropUnsent: (id) => kept.set(OUT + id, null),

    /** Tells the other tabs how far the visitor has read. @param {{epoch: string | null, seq: number}} place */
    keepSeen: (place) => kept.set('seen', JSON.stringify(place)),

    draft: () => tab.get('draft') ?? '',
    /** @param {string} text */
    keepDraft: (text) => tab.set('draft', text || null),
    isOpen: () => tab.get('open') === '1',
    /** @param {boolean} open */
    keepOpen: (open) => tab.set('open', open ? '1' : null),

    /**
     * What another tab changed: an unsent message that came or went, or how far it has read.
     * @param {StorageEvent} event
     * @returns {{unsent: Unsent} | {settled: string} | {seen: {epoch: string, seq: number}} | undefined}
     */
    told({ key, newValue }) {
      if (!key?.startsWith(prefix)) return undefined;
      const name = key.slice(prefix.length);
      const value = parse(newValue);
      if (name === 'seen' && value) return { seen: value };
      if (!name.startsWith(OUT)) return undefined;
      return value ? { unsent: value } : { settled: name.slice(OUT.length) };
    },
  };
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

/** @param {string | null | undefined} json @returns {any} */
function parse(json) {
  try {
    return JSON.parse(json ?? 'null');
  } catch {
    return null;
  }
}
