// What the oldest browsers lack and is used all the same, because it is thought of, each with its reason.

const ANY = /./;
const GLUE = /\/pkg\/chathub\.[^/]*\.js$/;
const DEMO = /\/demo\//;

/** @type {{ feature: string, files: RegExp, reason: string }[]} */
export const exceptions = [
  { feature: '.popover', files: /widget-script\.js$/, reason: 'without a top layer its z-index is the highest' },
  { feature: 'attribute popover', files: /customer-chat\.js$/, reason: 'the same; set where it is known' },
  { feature: '.createPolicy', files: /widget-script\.js$/, reason: 'tried: without Trusted Types none is needed' },
  { feature: 'Symbol.dispose', files: GLUE, reason: 'wasm-bindgen asks for it first' },
  { feature: '.respond', files: GLUE, reason: 'of byte streams that wasm-streams can make and nothing here makes' },

  { feature: 'text-wrap', files: ANY, reason: 'lines break where they always did' },
  { feature: 'scrollbar-width', files: ANY, reason: 'the system’s own bars, and no less room' },
  { feature: 'scrollbar-color', files: /customer-chat\.js$/, reason: 'the same' },
  { feature: 'field-sizing', files: /\.css$/, reason: 'a choice is as wide as its longest, within its max-width' },
  { feature: 'overflow-anchor', files: ANY, reason: 'it switches off what Safari does not do' },
  { feature: 'content-visibility', files: /\.css$/, reason: 'the text of what is far is laid out before it is seen' },
  { feature: 'contain-intrinsic-size', files: /\.css$/, reason: 'it has the height of its lines then, which is the same' },
  { feature: 'forced-color-adjust', files: /\.css$/, reason: 'Safari forces no colours' },
  { feature: 'cursor: pointer', files: ANY, reason: 'a phone has no pointer' },
  { feature: 'cursor: default', files: /customer-chat\.js$/, reason: 'the same' },
  { feature: 'resize', files: ANY, reason: 'it takes away a handle that phones don’t have' },
  { feature: 'backdrop-filter', files: DEMO, reason: 'behind a ground that is nearly opaque' },
];
