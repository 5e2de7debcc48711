/**
 * When each unsent message is sent: at once, again when no ack comes, and after a pause when they were too many.
 * What is sent stays in order: while the first that was refused waits, so do all behind it.
 */

import { PAUSE_MS, RESEND_MS } from './limits.js';

/** @typedef {import('./session.js').Unsent} Unsent */

export function createPace() {
  /** @type {Map<string, number>} when each unsent message was last sent */
  const tried = new Map();
  let resumes = 0;

  return {
    /** What is to be sent now, in order; it counts as sent. @param {Unsent[]} outbox @param {number} now */
    due(outbox, now) {
      if (now < resumes) return [];
      const due = outbox.filter(
        ({ client_id, failed }) => !failed && now - (tried.get(client_id) ?? -Infinity) >= RESEND_MS,
      );
      for (const { client_id } of due) tried.set(client_id, now);
      return due;
    },
    /** Somebody else has sent it. @param {string} client_id @param {number} now */
    sent: (client_id, now) => tried.set(client_id, now),
    /** It may be sent at once. @param {string} client_id */
    again: (client_id) => tried.delete(client_id),
    /** A new connection: what was sent on the last one may be lost. */
    anew: () => tried.clear(),
    /** The hub has refused this one as too many. @param {Unsent[]} outbox @param {string} client_id @param {number} now */
    refused(outbox, client_id, now) {
      const first = outbox.findIndex((unsent) => unsent.client_id === client_id);
      if (first < 0) return;
      for (const unsent of outbox.slice(first)) tried.delete(unsent.client_id);
      resumes = now + PAUSE_MS;
    },
  };
}
