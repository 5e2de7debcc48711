// In which language a window speaks: as its tag asks for, else as the page around the tag does, else as the browser.

/**
 * @param {HTMLElement} tag
 * @param {readonly string[]} known the languages there are; English is the first
 * @param {readonly string[]} browser those of the browser
 * @returns {string} one that is known: English where nobody speaks another
 */
export function languageOf(tag, known, browser = navigator.languages) {
  const page = /** @type {HTMLElement | null} */ (tag.closest('[lang]:not([lang=""])'));
  const wanted = tag.dataset.language || page?.lang;
  for (const one of wanted ? [wanted] : browser) {
    const parts = (/** @type {string} */ tag) => tag.toLowerCase().split(/[-_]/);
    const same = (/** @type {number} */ length) =>
      known.find((other) => parts(other).slice(0, length).join() === parts(one).slice(0, length).join());
    const found = same(9) ?? same(1);
    if (found) return found;
  }
  return known[0];
}
