// How a page of ours brings the later parts of its panel, each as it was built: `import` checks nothing by itself, but it
// takes the same module that a script has loaded, and the browser checks a script's.

/** Browsers remember a module that failed to load, so a retry needs another address. */
let failures = 0;

/**
 * @param {Element} place holds the panel, and what its parts are
 * @param {string} name
 */
export async function bringPart(place, name) {
  const { src, integrity } = JSON.parse(/** @type {HTMLElement} */ (place).dataset.parts ?? '{}')[name];
  const url = failures ? src + '?retry=' + failures : src;
  const script = document.createElement('script');
  try {
    await new Promise((onload, onerror) => {
      document.head.append(Object.assign(script, { type: 'module', integrity, onload, onerror, src: url }));
    });
    return await import(url);
  } catch (error) {
    failures++;
    throw error;
  } finally {
    script.remove();
  }
}
