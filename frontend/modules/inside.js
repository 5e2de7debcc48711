// What is done in a window of ours is no business of the page around it: neither its shortcuts nor what holds on to the
// focus for the page's own dialogs. Keys that the page catches on their way in can't be kept from it.

/** Stopped on the way out. Clicks are not among them: a page closes its menus by those. */
const KEPT =
  'keydown keypress keyup beforeinput input compositionstart compositionupdate compositionend copy cut paste selectstart contextmenu wheel touchmove';
/** Stopped on the way in, because libraries listen to these there, and told inside again. */
const FOCUS = 'focus blur focusin focusout';

/**
 * @param {Element} element the host of the window
 * @param {AbortSignal} signal ends it
 */
export function keepInside(element, signal) {
  for (const type of KEPT.split(' ')) {
    element.addEventListener(type, (event) => event.stopPropagation(), { passive: true, signal });
  }
  /** @param {Event} event */
  const tell = (event) => {
    const path = event.composedPath();
    const { type, bubbles, relatedTarget } = /** @type {FocusEvent} */ (event);
    const within = path.includes(element);
    // For the page, who goes over to us is as one who leaves it: no reason to take the focus back.
    const leaves = !within && relatedTarget === element && /ut|ur/.test(type);
    if (path[0] === element || !(within || leaves)) return;
    event.stopImmediatePropagation();
    // One that is not composed stays within.
    path[0].dispatchEvent(new FocusEvent(type, { bubbles, composed: leaves, relatedTarget: leaves ? null : relatedTarget }));
  };
  for (const type of FOCUS.split(' ')) addEventListener(type, tell, { capture: true, signal });
  // A modal hides its page from screen readers, and leaves us to be seen and pressed.
  new MutationObserver(() => element.removeAttribute('aria-hidden')).observe(element, { attributeFilter: ['aria-hidden'] });
}
