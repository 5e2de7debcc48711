// Builds every example into dist/, where the tests' page server finds it: what is bundled by Vite, Angular by its own
// `ng build` (the builder that `ng new` sets up, and so what a team with Angular has), the rest as it stands.
// Nothing is done when neither the lock file nor a source has changed since.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const dist = join(here, 'dist');
const stamp = join(dist, '.built-from');

/** Examples that are plain files. */
const PLAIN = [
  'aggressive-css', 'dynamic-injection', 'expiry-listener', 'horrors', 'iframe', 'one-at-a-time', 'safe-loading', 'shared',
  'static-html', 'strict-csp', 'token-manager', 'two-loaders', 'two-organizations',
];

/** Every source file, in one order. */
function* sources(folder = here) {
  for (const name of readdirSync(folder).sort()) {
    if (['node_modules', 'dist', '.angular'].includes(name)) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else yield path;
  }
}

const hash = createHash('sha256');
for (const path of sources()) hash.update(path.slice(here.length)).update('\0').update(readFileSync(path)).update('\0');
const wanted = hash.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  for (const name of PLAIN) cpSync(join(here, name), join(dist, name), { recursive: true });
  cpSync(join(here, 'node_modules/bootstrap/dist/js/bootstrap.bundle.min.js'), join(dist, 'horrors/bootstrap.js'));
  const run = (folder, env, script, ...args) =>
    execFileSync(process.execPath, [join(here, 'node_modules', script), ...args], {
      cwd: join(here, folder),
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NG_CLI_ANALYTICS: 'false', NODE_ENV: env },
    });
  // React leaves StrictMode's second mount out of production builds, and it is what is tested.
  run('.', 'development', 'vite/bin/vite.js', 'build', '--logLevel', 'warn');
  run('angular', 'production', '@angular/cli/bin/ng.js', 'build');
  writeFileSync(stamp, wanted);
}
