// What is pressed in a panel before it lives: its markup is there sooner than its code. The buttons stay the same ones, so
// they are pressed again when the code has taken them over, in their order. There is nothing to write in before.

/** @param {Element} place holds the panel as the hub has rendered it */
export function keepEarly(place) {
  /** @type {(HTMLElement | null)[]} */
  const pressed = [];
  const keep = (/** @type {Event} */ { target }) => pressed.push(/** @type {Element} */ (target).closest('button'));
  place.addEventListener('click', keep);
  new MutationObserver((_, observer) => {
    observer.disconnect();
    place.removeEventListener('click', keep);
    for (const button of pressed) button?.click();
  }).observe(place, { subtree: true, attributeFilter: ['data-hydrated'] });
}
