// The engines that the scenarios run in, and where Debian puts them.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Installed {
  name: string;
  /** How it is driven. */
  by: 'firefox' | 'chrome' | 'webkit';
  /** The browser's executable; absent where there is none. */
  path?: string;
  /** Debian's packages. */
  packages: string;
}

export const firefox: Installed = {
  name: 'Firefox',
  by: 'firefox',
  path: process.env.FIREFOX || there('/usr/bin/firefox-esr'),
  packages: 'firefox-esr',
};

export const webkit: Installed = {
  name: 'WebKit',
  by: 'webkit',
  path: there('/usr/bin/WebKitWebDriver') && there('/usr/bin/Xvfb') && miniBrowser(),
  packages: 'webkit2gtk-driver xvfb',
};

function there(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

/** /usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser, whatever the machine and the version. */
function miniBrowser(): string | undefined {
  for (const machine of readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'))) {
    const versions = readdirSync(join('/usr/lib', machine)).filter((name) => name.startsWith('webkit2gtk-4.'));
    const found = versions.sort().map((version) => there(join('/usr/lib', machine, version, 'MiniBrowser')));
    if (found.some(Boolean)) return found.findLast(Boolean);
  }
}
