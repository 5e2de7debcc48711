// The loader of the operator's panel: what a page's script tag runs, served as /operator-chat-panel/widget-script.js.
//
// It holds what every page with the tag downloads: who watches for tags, the launcher with its badge, and what is said
// when something is wrong. The rest comes when a panel is opened (opened/). A module runs once per URL and page however
// often its script element comes and goes, so its work is to watch for such elements. A second copy from the same hub
// (under a versioned URL, say) leaves everything to the first.

import { registry } from './registry.js';
import { watchScripts } from './scripts.js';

// Without `URL`, which is a variable of many an old page's.
const hub = import.meta.url.split('/', 3).join('/');
if (!registry.hubs.has(hub)) {
  registry.hubs.add(hub);
  watchScripts(hub);
}
