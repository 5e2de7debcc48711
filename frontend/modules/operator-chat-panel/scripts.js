// Watches the document for the script elements that stand for panels: added → mount, removed → unmount, `token` or
// what says how it looks changed → the panel follows. Pages refresh a token by removing the element and adding a fresh one with the same
// id, so a panel outlives its element for a moment and goes on under the next.

import { LOOK_ATTRIBUTES } from './frame.js';
import { createPanel } from './panel.js';

const SCRIPTS = 'script[id^="operator-chat-panel-script"]';
/** How long a panel outlives its element: enough for a page that awaits something in between, too short to be seen. */
const GRACE_MS = 200;

/** @typedef {{ script: HTMLScriptElement, panel: import('./panel.js').Panel, timer: number }} Place */

/** @param {string} hub the origin whose scripts are ours */
export function watchScripts(hub) {
  /** @type {Map<string, Place>} by the script's id */
  const places = new Map();
  /** Those whose panel the page destroyed: a fresh element is needed. */
  const spent = new WeakSet();

  /** @param {any} script or any other node */
  function claim(script) {
    if (!script?.matches?.(SCRIPTS) || !script.isConnected || spent.has(script) || !script.src.startsWith(hub + '/')) return;
    const { id } = script;
    const place = places.get(id);
    if (!place) {
      const place = /** @type {Place} */ ({ script, timer: 0 });
      places.set(id, place);
      place.panel = createPanel(hub, script, () => {
        clearTimeout(place.timer);
        spent.add(place.script);
        places.delete(id);
      });
    } else if (place.script === script) {
      place.panel.follow(script);
    } else if (!belongs(place.script, id)) {
      clearTimeout(place.timer);
      place.timer = 0;
      place.script = script;
      place.panel.follow(script);
    }
  }

  /** @param {MutationRecord[]} records */
  function look(records) {
    for (const { target, addedNodes } of records) {
      claim(target);
      for (const node of addedNodes) {
        claim(node);
        /** @type {any} */ (node).querySelectorAll?.(SCRIPTS).forEach(claim);
      }
    }
    for (const [id, place] of places) {
      if (!belongs(place.script, id) && !place.timer) {
        // Another one with its id may have stood there all the while.
        claim(document.getElementById(id));
        if (!belongs(place.script, id)) {
          place.timer = setTimeout(() => {
            places.delete(id);
            place.panel.unmount();
          }, GRACE_MS);
        }
      }
      // A page that swaps its content takes the panel with it. Later, or two such watchers would chase each other.
      if (!place.panel.element.isConnected) setTimeout(() => places.get(id) === place && place.panel.attach());
    }
  }

  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['id', 'token', ...LOOK_ATTRIBUTES],
  });
  document.querySelectorAll(SCRIPTS).forEach(claim);
}

/**
 * @param {HTMLScriptElement} script
 * @param {string} id
 */
const belongs = (script, id) => script.isConnected && script.id === id;
