// Measures the panel: `end2end/run -c bench`, with CHATHUB_FILL naming the bench that fills the installation. Alone on the machine, in a
// browser like that of the tests.

import all from '../playwright.config.ts';

export default { ...all, projects: [{ name: 'bench', testDir: '.' }], workers: 1, timeout: 900_000 };
