/** What the customer chat says, in one place, so that wording is reviewed and one day translated as a whole. */

import { isolated, plain } from './text.js';

export const OPEN = 'Open chat';
export const CLOSE = 'Close chat';
export const GREETING = 'Hi there! Ask us anything. We’ll answer right here.';
export const TITLE = 'Chat with us';
export const PLACEHOLDER = 'Write a message…';
export const EARLIER = 'Show earlier messages';
export const LATEST = 'New messages';
export const YOU = 'You';
export const CLOSED = 'This conversation was closed. Write to start a new one.';
export const TRY_AGAIN = 'Try again';
export const DISCARD = 'Discard';
export const TODAY = 'Today';
export const YESTERDAY = 'Yesterday';
export const CONNECTING = 'Connecting…';
export const RECONNECTING = 'Reconnecting… What you write is kept and sent when we’re back.';
export const OFFLINE = 'You’re offline. What you write is kept and sent when you’re back.';

/** @type {Record<string, string>} by code */
const STOPPED = {
  blocked: 'You can’t write to us here at the moment.',
  unsupported: 'Your browser is too old for this chat. It needs Chrome or Edge 109, Firefox 115, Safari 16.4, or newer.',
};
const UNAVAILABLE = 'Chat isn’t available here.';
const KEPT = 'What you’ve written is kept.';

/** @type {Record<string, string>} by code */
const REFUSED = { message_too_long: 'It’s too long.', message_empty: 'It has no text.' };
const IMPOSSIBLE = 'It can’t be sent here.';

/** Why there is no connection, in words of ours: the hub's are for whoever runs it. @param {string} code @param {boolean} kept something is unsent */
export const stopped = (code, kept) => `${STOPPED[code] ?? UNAVAILABLE}${kept ? ` ${KEPT}` : ''}`;
/** Whether trying again by hand is of no use. @param {string} code */
export const isHopeless = (code) => Object.hasOwn(STOPPED, code);
/** Why a message is not sent. @param {string} code */
export const refused = (code) => REFUSED[code] ?? IMPOSSIBLE;

/** @type {Record<string, string>} */
const DELIVERY = {
  sending: 'Sending…',
  held: 'Not sent yet, trying again…',
  stopped: 'Not sent yet',
  sent: 'Sent',
  read: 'Read',
  failed: 'Not sent.',
};

/** @typedef {'' | 'held' | 'stopped'} Pause why nothing is sent now, which is tried again by itself when it is held */

/** What became of a message. @param {string} state @param {Pause} pause */
export const delivery = (state, pause) => DELIVERY[(state === 'sending' && pause) || state];

/** @param {string} name */
export const chatWith = (name) => `Chat with ${plain(name) ? isolated(name) : 'us'}`;
/** After a name. */
export const IS_TYPING = ' is typing';
/** @param {number} count */
export const unread = (count) => (count === 1 ? '1 unread message' : `${count} unread messages`);
/** @param {number} left */
export const charactersLeft = (left) => (left === 1 ? '1 character left' : `${left} characters left`);
/** @param {number} over @param {number} most */
export const tooLong = (over, most) =>
  `This is ${over.toLocaleString('en')} ${over === 1 ? 'character' : 'characters'} too long: ` +
  `a message holds ${most.toLocaleString('en')}. Please shorten it or send it in parts.`;
