/**
 * The numbers that both sides of the wire must agree on. They mirror `crates/domain/src/limits.rs`, where each
 * has its reason; below are those that are this client's own business.
 */

/** Characters (code points) in one message. */
export const MESSAGE_CHARS = 8_000;
/** Milliseconds between heartbeats. */
export const HEARTBEAT_MS = 25_000;
/** Milliseconds of silence after which a connection counts as lost. */
export const SILENCE_MS = 60_000;
/** Milliseconds after which a typing signal has faded. */
export const TYPING_FADES_MS = 5_000;
/** Milliseconds between two typing signals of ours. */
export const TYPING_EVERY_MS = 2_000;

/** Milliseconds from opening a socket to `welcome`: a slow phone network with a TLS handshake takes five seconds. */
export const WELCOME_MS = 15_000;
/** Milliseconds before the first and at most before any other attempt to reconnect. */
export const RETRY_FIRST_MS = 500;
export const RETRY_MOST_MS = 15_000;
/** Milliseconds between looks at the clock: fine enough for the heartbeat to leave in time. */
export const TICK_MS = 5_000;
/** Milliseconds without an ack after which a message is sent again on a living connection. Sending twice is safe. */
export const RESEND_MS = 10_000;
/** Milliseconds without sending after the hub could not take a message: at first, and at most. */
export const PAUSE_FIRST_MS = 1_000;
export const PAUSE_MOST_MS = 30_000;
/** Milliseconds without an answer after which the link is tried, and after as many more without a word given up. */
export const PROBE_MS = 5_000;
/** Milliseconds that a connection lives to count as one that works: longer than it takes to fail over what it is sent. */
export const PROVEN_MS = 10_000;
/** Milliseconds before somebody who was blocked is tried again on an open page. */
export const BLOCKED_MS = 10 * 60_000;
/** Milliseconds in which two tabs that were both given a visitor token see which one was stored last. */
export const SETTLE_MS = 100;
/** Milliseconds between two messages of one author that are shown as one group. */
export const GROUP_MS = 5 * 60_000;
/** Characters left at which the composer begins to count. */
export const COUNT_FROM = 500;
