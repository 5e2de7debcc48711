// One person before one browser, by whatever protocol the engine is driven. What an engine can't do alike is left out: no
// screenshots, no requests that are caught on their way, no clicks but by coordinates.

/** A key by its name, after those that are held: `Enter`, `Shift+Tab`. */
export type Keys = string;

export interface Party {
  /** Opens an address and returns when the page has loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a function in the page. It closes over nothing, and its argument and answer are plain data. */
  run<A, R>(action: (argument: A) => R, argument: A): Promise<R>;
  /** The mouse at a place of the viewport, in CSS pixels. */
  click(x: number, y: number): Promise<void>;
  /** Types into whatever has the focus. */
  type(text: string): Promise<void>;
  press(keys: Keys): Promise<void>;
  /** What the engine has complained of so far: uncaught errors, and errors and warnings of the console where it tells them. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
}

/** An engine that is installed here. It gives a browser profile of its own to everybody who comes. */
export interface Engine {
  party(): Promise<Party>;
  close(): Promise<void>;
}

/** The viewport of every party, in CSS pixels; in WebKit the bar of its window takes some of the height. */
export const VIEWPORT = { width: 1280, height: 800 };
/** Milliseconds for a browser to come up, and for a page to load, on a machine that is busy with something else. */
export const START_MS = 60_000;
