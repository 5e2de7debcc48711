/**
 * What a customer's chat knows, as a pure function of what it has heard: no DOM, no socket, no clock, so that every
 * order in which frames, acks and reconnects can come is tested by `node --test`.
 *
 * Three rules carry the promise that nothing is lost, doubled or out of order:
 * - an event is taken only if it follows the last one; otherwise `gap` asks for a new snapshot;
 * - a message leaves the outbox when its `client_id` is seen to be safe: by ack, event or snapshot, whichever is first;
 * - a refused message stays in the outbox: to be sent again, or with the reason where that can never succeed.
 *
 * What waits is safe to send under any epoch: it is this visitor's, whose messages have their names for ever, or the
 * same person's as another visitor. Positions of another epoch mean nothing and are dropped.
 */

/** @typedef {import('./wire.js').Message} Message */
/** @typedef {{client_id: string, text: string, at: number, failed?: string}} Unsent failed: the code of its refusal */
/**
 * @typedef {object} State
 * @property {string} name the organization's, empty until it is known
 * @property {string | null} epoch
 * @property {number | null} seq the last event seen; null before a snapshot
 * @property {boolean} gap the picture can't be continued: a snapshot is needed
 * @property {Message[]} messages oldest first
 * @property {boolean} more there are older ones
 * @property {'' | 'asked' | 'stale'} loading older ones were asked for; before the picture changed, when stale
 * @property {number | null} status the current chat's; null before the first message
 * @property {number} readByMe
 * @property {number} readByOperators
 * @property {string} typing the operator who is writing, or empty
 * @property {Unsent[]} outbox in the order of writing
 */

/**
 * What the page does.
 * @typedef {{type: 'compose', unsent: Unsent} | {type: 'retry' | 'discard', client_id: string} | {type: 'seen', seq: number}
 *   | {type: 'earlier' | 'faded' | 'lost' | 'forget'}} Act
 */
/** @typedef {Exclude<import('./wire.js').Frame, import('./wire.js').Bye> | Act} Action */
/**
 * @template {Action['type']} Type
 * @typedef {(state: State, action: Extract<Action, {type: Type}>) => State} Rule
 */

/** `ChatStatus::Closed` */
export const CLOSED = 4;

/** @param {Unsent[]} [outbox] @param {string} [name] @returns {State} */
export function initial(outbox = [], name = '') {
  return {
    name,
    epoch: null,
    seq: null,
    gap: false,
    messages: [],
    more: false,
    loading: '',
    status: null,
    readByMe: 0,
    readByOperators: 0,
    typing: '',
    outbox,
  };
}

/** Codes of refusals that a message can never overcome. Whatever else is said, it is sent again. */
const NEVER = new Set([
  'malformed',
  'invalid_field',
  'not_found',
  'method_not_allowed',
  'conflict',
  'too_large',
  'unsupported_media_type',
  'message_too_long',
  'message_empty',
]);

/** Whether a refusal is for good. @param {string} [code] */
export const isFinal = (code) => NEVER.has(code ?? '');

/** @param {Unsent} a @param {Unsent} b */
export const byTime = (a, b) => a.at - b.at || (a.client_id < b.client_id ? -1 : 1);

/**
 * The state after a frame of the server's, or after one of the page's own actions.
 * Returns the same object when nothing changed.
 * @param {State} state @param {Action} action @returns {State}
 */
export function apply(state, action) {
  const rule = Object.hasOwn(RULES, action.type) && /** @type {Rule<any>} */ (RULES[action.type]);
  return rule ? rule(state, action) : state;
}

/** Where to resume, for `hello`; nothing when a snapshot is needed. @param {State} state */
export function cursor({ epoch, seq, gap }) {
  return epoch === null || seq === null || gap ? undefined : { epoch, seq };
}

/** The position of the last message by those who answer. @param {State} state */
export function lastAnswer({ messages }) {
  return messages.findLast((message) => message.operator)?.seq ?? 0;
}

/** @param {State} state */
export function unread({ messages, readByMe }) {
  return messages.filter((message) => message.operator && message.seq > readByMe).length;
}

/** @type {{[Type in Action['type']]: Type extends any ? Rule<Type> : never}} */
const RULES = {
  // What the server says.
  welcome,
  reset,
  event,
  ack,
  reject,
  history,
  typing: (state, { operator }) => ({ ...state, typing: operator }),
  // A customer's numbers have no holes, so a server that is ahead of us has told something we did not hear.
  heartbeat: (state, { cursor: { epoch, seq } }) =>
    state.seq !== null && (epoch !== state.epoch || seq > state.seq) ? { ...state, gap: true } : state,

  // What the page does.
  compose: (state, { unsent }) => ({
    ...state,
    outbox: [...without(state.outbox, unsent.client_id), unsent].sort(byTime),
  }),
  retry: (state, { client_id }) => replace(state, client_id, ({ failed, ...unsent }) => unsent),
  discard: (state, { client_id }) => ({ ...state, outbox: without(state.outbox, client_id) }),
  earlier: (state) => (state.loading ? state : { ...state, loading: 'asked' }),
  seen: (state, { seq }) => (seq > state.readByMe ? { ...state, readByMe: seq } : state),
  faded: (state) => (state.typing ? { ...state, typing: '' } : state),
  lost: (state) => (state.typing || state.loading ? { ...state, typing: '', loading: '' } : state),
  // The visitor is another one now.
  forget: (state) => initial(state.outbox, state.name),
};

/** @type {Rule<'welcome'>} */
function welcome(state, { organization, cursor: { epoch, seq } }) {
  const next = { ...state, name: organization.name };
  if (epoch === state.epoch && seq === state.seq) return next;
  // Not from where we are: a new picture follows.
  next.seq = null;
  return epoch === state.epoch ? next : { ...next, epoch: null, readByMe: 0, readByOperators: 0 };
}

/** @type {Rule<'reset'>} */
function reset(state, { cursor, snapshot }) {
  const safe = new Set(snapshot.messages.filter(own).map((message) => message.client_id));
  // A position ahead of the log is one of its former life.
  const continued = state.epoch === cursor.epoch && state.readByMe <= cursor.seq;
  return {
    ...state,
    epoch: cursor.epoch,
    seq: cursor.seq,
    gap: false,
    messages: snapshot.messages,
    more: snapshot.more,
    loading: state.loading && 'stale',
    status: snapshot.status,
    readByMe: Math.max(snapshot.read_by_me, continued ? state.readByMe : 0),
    readByOperators: snapshot.read_by_operators,
    typing: '',
    outbox: state.outbox.filter((unsent) => !safe.has(unsent.client_id)),
  };
}

/** @type {Rule<'event'>} */
function event(state, { seq, prev, event }) {
  const last = state.seq ?? 0;
  if (state.gap || (seq === last && prev === last - 1)) return state;
  if (prev !== last) return { ...state, gap: true };
  const next = { ...state, seq };
  switch (event.kind) {
    case 'message':
      next.messages = insert(state.messages, event.message);
      if (own(event.message)) {
        next.outbox = without(state.outbox, event.message.client_id);
        if (state.status === null || state.status === CLOSED) next.status = 0;
      } else {
        next.typing = '';
      }
      break;
    case 'chat_status':
      next.status = event.status;
      break;
    case 'erased':
      // What is left of the thread, and how it is counted, a snapshot tells.
      return { ...initial(state.outbox, state.name), gap: true };
    case 'read':
      next.readByOperators = Math.max(state.readByOperators, event.up_to);
      break;
  }
  return next;
}

/** @type {Rule<'ack'>} */
function ack(state, { client_id, seq }) {
  const unsent = state.outbox.find((unsent) => unsent.client_id === client_id);
  if (!unsent) return state;
  const next = { ...state, outbox: without(state.outbox, client_id) };
  // An old one, sent again: it stands in the picture, where "earlier messages" will show it, or was erased.
  if (seq > (state.seq ?? 0)) {
    next.messages = insert(state.messages, { seq, client_id, text: unsent.text, at: unsent.at });
  }
  return next;
}

/** @type {Rule<'reject'>} */
function reject(state, { client_id, code }) {
  if (!client_id) return state.loading ? { ...state, loading: '' } : state;
  return isFinal(code) ? replace(state, client_id, (unsent) => ({ ...unsent, failed: code })) : state;
}

/** @type {Rule<'history'>} */
function history(state, { messages, more }) {
  if (!state.loading) return state;
  if (state.loading === 'stale') return { ...state, loading: '' };
  const oldest = state.messages[0]?.seq ?? Infinity;
  const older = messages.filter((message) => message.seq < oldest);
  return { ...state, loading: '', more, messages: [...older, ...state.messages] };
}

/** @param {Message} message */
const own = (message) => message.operator === undefined;

/** @param {Unsent[]} outbox @param {string} id */
const without = (outbox, id) => outbox.filter((unsent) => unsent.client_id !== id);

/** @param {State} state @param {string} id @param {(unsent: Unsent) => Unsent} change @returns {State} */
function replace(state, id, change) {
  if (!state.outbox.some((unsent) => unsent.client_id === id)) return state;
  return { ...state, outbox: state.outbox.map((unsent) => (unsent.client_id === id ? change(unsent) : unsent)) };
}

/** @param {Message[]} messages @param {Message} message */
function insert(messages, message) {
  const others = messages.filter(
    (other) =>
      other.seq !== message.seq && !(own(message) && own(other) && other.client_id === message.client_id),
  );
  others.splice(others.findLastIndex((other) => other.seq < message.seq) + 1, 0, message);
  return others;
}
