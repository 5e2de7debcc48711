// What old libraries do to a page's built-ins, in few lines each: loaded before everything else, as they were.

(function (global) {
  'use strict';

  // Prototype 1.6: everything can be written as JSON, in a way that no browser's JSON understands; enumerable additions to
  // arrays; methods of elements and collections under names that browsers came to have later.
  function additions(target, more) {
    for (const name of Object.keys(more)) target[name] = more[name];
  }
  const slice = Array.prototype.slice;
  additions(Array.prototype, {
    toJSON() { return '[' + slice.call(this).map(String).join(', ') + ']'; },
    each(act) { this.forEach(act); return this; },
    first() { return this[0]; },
    last() { return this[this.length - 1]; },
    reduce() { return this.length > 1 ? this : this[0]; },
    entries() { return slice.call(this); },
    toArray() { return slice.call(this); },
    include(what) { return this.indexOf(what) !== -1; },
    without(what) { return this.filter((item) => item !== what); },
  });
  additions(String.prototype, {
    toJSON() { return '"' + this + '"'; },
    strip() { return this.trim(); },
    include(text) { return this.indexOf(text) > -1; },
  });
  additions(Number.prototype, { toJSON() { return String(this); } });
  additions(Date.prototype, { toJSON() { return '"' + this.getTime() + '"'; } });
  Array.from = function (list) { return slice.call(list); };
  Element.prototype.remove = function () { this.parentNode.removeChild(this); return this; };
  Element.prototype.update = Element.prototype.replace = Element.prototype.show = Element.prototype.hide = function () { return this; };
  Function.prototype.bind = function (self) {
    const act = this;
    const given = slice.call(arguments, 1);
    return function () { return act.apply(self, given.concat(slice.call(arguments))); };
  };
  global.$ = (id) => document.getElementById(id);

  // MooTools 1.2: a JSON of its own in place of the browser's.
  global.JSON = { encode: String, decode: () => null };

  // Variables that many an old page has.
  global.URL = 'https://old.example/';
  global.status = 'ready';

  // Monitoring: sockets and requests are counted, by functions that only look like what they stand for.
  const Socket = global.WebSocket;
  global.sockets = 0;
  global.WebSocket = function (address, protocols) {
    global.sockets += 1;
    return protocols ? new Socket(address, protocols) : new Socket(address);
  };
  // Answers are of a class of its own, as polyfills have one.
  const ask = global.fetch;
  function Answer(answer) {
    this.answer = answer;
    for (const name of ['ok', 'status', 'statusText', 'url', 'headers', 'body']) this[name] = answer[name];
  }
  for (const name of ['text', 'json', 'arrayBuffer', 'blob']) {
    Answer.prototype[name] = function () { return this.answer[name](); };
  }
  global.Response = Answer;
  global.requests = 0;
  global.fetch = function () {
    global.requests += 1;
    return ask.apply(global, arguments).then((answer) => new Answer(answer));
  };
  const later = global.setTimeout;
  // What it is given for later gets lost, as in old wrappers.
  global.lost = 0;
  global.setTimeout = function (act, wait) {
    global.lost += Math.max(arguments.length - 2, 0);
    return later.call(global, () => act(), wait);
  };

  // Shortcuts, on every phase, for whatever is no field of the page's.
  global.shortcuts = [];
  for (const target of [global, document]) {
    target.addEventListener('keydown', (event) => {
      if (!/^(input|textarea|select)$/i.test(event.target.localName ?? '')) global.shortcuts.push(event.key);
    });
  }
  for (const target of [global, document]) target.addEventListener('keydown', () => {}, true);
})(window);
