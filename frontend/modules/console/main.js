// The console's page with the panel, in a browser that can't bring it to life: says so instead of showing a panel that
// does nothing. A classic script in the language of 1999, because such browsers must be able to read it; it runs before
// the modules do.

var notice = /** @type {HTMLElement} */ (document.getElementById('too-old'));

function giveUp() {
  var panel = document.querySelector('.console-desk');
  notice.hidden = false;
  if (panel && panel.parentNode) panel.parentNode.removeChild(panel);
}

/** @param {Error | undefined} error */
function look(error) {
  if (error && /^(Syntax|Compile|Link|Eval)Error/.test(error.name)) giveUp();
}

window.addEventListener('error', function (event) {
  look(event.error);
});
window.addEventListener('unhandledrejection', function (event) {
  look(event.reason);
});
var fit =
  'noModule' in HTMLScriptElement.prototype &&
  window.WebAssembly &&
  document.adoptedStyleSheets &&
  CSS.supports('container-type', 'inline-size');
if (!fit) document.addEventListener('DOMContentLoaded', giveUp);
