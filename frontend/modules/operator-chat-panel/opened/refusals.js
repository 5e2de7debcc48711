// Tells the page that its token was refused, in the way the published samples listen for: an `error` event on
// `window` whose message holds `Invalid token` or `token expired`. Dispatched, not thrown, so the console stays silent.
//
// A page answers with a fresh token. When those are refused too, telling it again would make a loop, so the third
// refusal within a minute is kept from it. The count goes by the script's id and so outlives the panel, which such a
// page takes down and puts up again.

const WINDOW_MS = 60_000;
const MAX_TOLD = 2;

/** @type {Map<string, { token: string, times: number[] }>} */
const refusals = new Map();

/**
 * @param {string} id the script's
 * @param {string} token
 * @param {boolean} expired
 */
export function refused(id, token, expired) {
  const now = Date.now();
  const former = refusals.get(id);
  const times = (former?.times ?? []).filter((time) => now - time < WINDOW_MS);
  const again = former?.token === token;
  times.push(now);
  refusals.set(id, { token, times: times.slice(-MAX_TOLD - 1) });
  if (again || times.length > MAX_TOLD) return;
  const message = `Operator chat panel: ${expired ? 'token expired' : 'Invalid token'}`;
  // In a task of its own: never while the module evaluates or the page is inside a call of ours.
  setTimeout(() => dispatchEvent(new ErrorEvent('error', { message, error: new Error(message) })));
}
