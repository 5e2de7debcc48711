/**
 * What a customer's chat knows, as a pure function of what it has heard: no DOM, no socket, no clock, so that every
 * order in which frames, acks and reconnects can come is tested by `node --test`.
 *
 * Three rules carry the promise that nothing is lost, doubled or out of order:
 * - an event is taken only if it follows the last one; otherwise `gap` asks for a new snapshot;
 * - a message leaves the outbox when its `client_id` is seen to be safe: by ack, event or snapshot, whichever is first;
 * - a refused message stays in the outbox with the reason, never less.
 */

/** @typedef {{seq: number, client_id: string, operator?: string, text: string, at: number}} Message */
/** @typedef {{client_id: string, text: string, at: number, failed?: string}} Unsent */
/**
 * @typedef {object} State
 * @property {string} name the organization's, empty until it is known
 * @property {string | null} epoch
 * @property {number | null} seq the last event seen; null before the first snapshot
 * @property {boolean} gap the picture can't be continued: a snapshot is needed
 * @property {Message[]} messages oldest first
 * @property {boolean} more there are older ones
 * @property {boolean} loading older ones were asked for
 * @property {number | null} status the current chat's; null before the first message
 * @property {number} readByMe
 * @property {number} readByOperators
 * @property {string} typing the operator who is writing, or empty
 * @property {Unsent[]} outbox in the order of writing
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
    loading: false,
    status: null,
    readByMe: 0,
    readByOperators: 0,
    typing: '',
    outbox,
  };
}

/**
 * The state after a frame of the server's, or after one of the page's own actions.
 * Returns the same object when nothing changed.
 * @param {State} state @param {any} action @returns {State}
 */
export function apply(state, action) {
  const rule = Object.hasOwn(RULES, action.type) && RULES[action.type];
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

/** @type {Record<string, (state: State, action: any) => State>} */
const RULES = {
  // What the server says.
  welcome: (state, { organization }) => ({ ...state, name: organization.name }),
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
  compose: (state, { unsent }) => ({ ...state, outbox: [...without(state.outbox, unsent.client_id), unsent] }),
  retry: (state, { client_id }) => replace(state, client_id, ({ failed, ...unsent }) => unsent),
  discard: (state, { client_id }) => ({ ...state, outbox: without(state.outbox, client_id) }),
  earlier: (state) => ({ ...state, loading: true }),
  seen: (state, { seq }) => (seq > state.readByMe ? { ...state, readByMe: seq } : state),
  faded: (state) => (state.typing ? { ...state, typing: '' } : state),
  lost: (state) => (state.typing || state.loading ? { ...state, typing: '', loading: false } : state),
  // The visitor is another one now: positions of the former mean nothing.
  forget: (state) => ({ ...state, epoch: null, seq: null }),
};

/** @param {State} state @param {any} frame @returns {State} */
function reset(state, { cursor, snapshot }) {
  const safe = new Set(snapshot.messages.filter(own).map((/** @type {Message} */ message) => message.client_id));
  const continued = state.epoch === cursor.epoch;
  return {
    ...state,
    epoch: cursor.epoch,
    seq: cursor.seq,
    gap: false,
    messages: snapshot.messages,
    more: snapshot.more,
    loading: false,
    status: snapshot.status,
    readByMe: Math.max(snapshot.read_by_me, continued ? state.readByMe : 0),
    readByOperators: snapshot.read_by_operators,
    typing: '',
    outbox: state.outbox.filter((unsent) => !safe.has(unsent.client_id)),
  };
}

/** @param {State} state @param {any} frame @returns {State} */
function event(state, { seq, prev, event }) {
  const last = state.seq ?? 0;
  if (state.gap || seq <= last) return state;
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
      // What is left of the thread, a snapshot tells.
      return { ...next, gap: true };
    case 'read':
      next.readByOperators = Math.max(state.readByOperators, event.up_to);
      break;
  }
  return next;
}

/** @param {State} state @param {any} frame @returns {State} */
function ack(state, { client_id, seq }) {
  const unsent = state.outbox.find((unsent) => unsent.client_id === client_id);
  if (!unsent) return state;
  const next = { ...state, outbox: without(state.outbox, client_id) };
  // An old one, sent again: it stands where "earlier messages" will show it.
  const above = state.more && seq < (state.messages[0]?.seq ?? 0);
  if (!above && !state.messages.some((message) => own(message) && message.client_id === client_id)) {
    next.messages = insert(state.messages, { seq, client_id, text: unsent.text, at: unsent.at });
  }
  return next;
}

/** @param {State} state @param {any} frame @returns {State} */
function reject(state, { client_id, code, detail }) {
  if (!client_id) return state.loading ? { ...state, loading: false } : state;
  // Nothing is wrong with it: it is sent again.
  if (code === 'too_many_requests') return state;
  return replace(state, client_id, (unsent) => ({ ...unsent, failed: detail || code }));
}

/** @param {State} state @param {any} frame @returns {State} */
function history(state, { messages, more }) {
  if (!state.loading) return state;
  const oldest = state.messages[0]?.seq ?? Infinity;
  const older = messages.filter((/** @type {Message} */ message) => message.seq < oldest);
  return { ...state, loading: false, more, messages: [...older, ...state.messages] };
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
  const at = others.findLastIndex((other) => other.seq < message.seq) + 1;
  return others.toSpliced(at, 0, message);
}
