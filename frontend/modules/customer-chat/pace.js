/**
 * When each unsent message is sent: at once, again when no ack comes, and after a pause when the hub could not take
 * it. What is sent stays in order: while the first that was refused waits, so do all behind it.
 */

import { backOff } from './clock.js';
import { PAUSE_FIRST_MS, PAUSE_MOST_MS, RESEND_MS } from './limits.js';

/** @typedef {import('./session.js').Unsent} Unsent */

export function createPace() {
  /** @type {Map<string, number>} when each unsent message was last sent on this connection, or by another tab */
  const tried = new Map();
  /** @type {Set<string>} those that only another tab has sent */
  const elsewhere = new Set();
  /** @type {Set<string>} those that the hub waits for on this connection, because it has refused them there */
  const awaited = new Set();
  let resumes = 0;
  let refusals = 0;

  return {
    /** What is to be sent now, in order; it counts as sent. @param {Unsent[]} outbox @param {number} now */
    due(outbox, now) {
      if (now < resumes) return [];
      const waiting = outbox.filter(({ failed }) => !failed);
      let first = waiting.findIndex(({ client_id }) => now - (tried.get(client_id) ?? -Infinity) >= RESEND_MS);
      if (first < 0) return [];
      // Nothing passes one that is not known to be on its way.
      while (first > 0 && elsewhere.has(waiting[first - 1].client_id)) first--;
      const due = waiting.slice(first);
      for (const { client_id } of due) {
        tried.set(client_id, now);
        elsewhere.delete(client_id);
        awaited.delete(client_id);
      }
      return due;
    },
    /** The first that was sent on this connection and has no answer. @param {Unsent[]} outbox */
    unanswered: (outbox) =>
      outbox.find(({ client_id, failed }) => !failed && tried.has(client_id) && !elsewhere.has(client_id))?.client_id,
    /** Another tab has sent it. @param {string} client_id @param {number} now */
    elsewhere(client_id, now) {
      tried.set(client_id, now);
      elsewhere.add(client_id);
    },
    /** It may be sent at once. @param {string} client_id */
    again: (client_id) => tried.delete(client_id),
    /** A new connection: what was sent on the last one may be lost. */
    anew() {
      for (const kept of [tried, elsewhere, awaited]) kept.clear();
    },
    /** Whether the hub has not taken a message for a while. */
    isHeld: () => refusals > 1,
    /** The hub takes messages, as it took this one. @param {string} client_id */
    taken(client_id) {
      refusals = 0;
      awaited.delete(client_id);
    },
    /** Whether the hub lets nothing pass before this one comes again. @param {string} client_id */
    isAwaited: (client_id) => awaited.has(client_id),
    /**
     * The hub could not take this one. Returns the milliseconds until it is sent again.
     * @param {Unsent[]} outbox @param {string} client_id @param {number} now
     */
    refused(outbox, client_id, now) {
      const first = outbox.findIndex((unsent) => unsent.client_id === client_id);
      if (first >= 0) {
        for (const unsent of outbox.slice(first)) tried.delete(unsent.client_id);
        awaited.add(client_id);
        // Those behind it are refused as well, which is no further failure.
        if (now >= resumes) resumes = now + backOff(++refusals, PAUSE_FIRST_MS, PAUSE_MOST_MS);
      }
      return Math.max(0, resumes - now);
    },
  };
}
