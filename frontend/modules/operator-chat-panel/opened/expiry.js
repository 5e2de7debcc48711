// The end of a token: foreseen, told, and, where the page has given a way to fresh ones, prevented.

import { tidyToken } from '../token.js';

/** How long before its end a token is said to expire; a tenth of its life, if that is less. */
const AHEAD_MS = 300_000;
/** The longest life of a token; what seems to live longer is a matter of a wrong clock. */
const LIFE_MS = 86_400_000;
/** A wrong clock must not make a loop. */
const LEAST_MS = 10_000;
/** A page that has not brought a token by then is asked again. */
const ANSWER_MS = 20_000;
/** The pause before another asking, doubled each time up to the longest. */
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

/** @param {import('./main.js').Seat} seat */
export function watchExpiry(seat) {
  let timer = 0;
  let late = 0;
  /** The token is about to expire, or was refused. */
  let due = false;
  /** Askings since the hub has taken a token. */
  let tries = 0;
  let asking = false;
  let alive = true;

  /** Asks the page, but never twice at once, and a page whose tokens are not taken less and less often. */
  function ask() {
    due = true;
    clearTimeout(timer);
    if (alive && seat.provide && !asking) {
      timer = setTimeout(asked, tries && Math.min(PAUSE_MS * 2 ** tries, PAUSE_MAX_MS));
    }
  }

  async function asked() {
    tries++;
    asking = true;
    let token = '';
    try {
      const limit = new Promise((_, fail) => (late = setTimeout(fail, ANSWER_MS)));
      token = tidyToken(await Promise.race([seat.provide?.(), limit]));
    } catch {} // The page's own matter: it is asked again.
    clearTimeout(late);
    asking = false;
    if (alive && due && !(token && seat.setToken(token))) ask();
  }

  function expiring() {
    seat.tell('tokenexpiring', {});
    ask();
  }

  return {
    ask,

    /** The hub has taken a token, which expires then. */
    taken() {
      clearTimeout(timer);
      due = false;
      tries = 0;
      const { until = 0, life = 0 } = seat;
      const left = until - Date.now();
      const wait = Math.max(left - Math.min(AHEAD_MS, life / 10), LEAST_MS - (life - left));
      // Over already by a clock that is ahead: the hub will say when it is.
      if (left > 0) timer = setTimeout(expiring, Math.min(wait, LIFE_MS));
    },

    /** The page has given another way to fresh tokens. */
    provided() {
      if (due) ask();
    },

    end() {
      alive = false;
      clearTimeout(timer);
      clearTimeout(late);
    },
  };
}
