// Elements of a page, also in shadow roots, as a person finds them: by where they are and by their words. What is asked of
// them is waited for.

import { expect } from '@playwright/test';
import type { Keys, Party } from './drivers/party.ts';

/** Milliseconds until something must be there, on a machine that is busy with something else. */
export const SOON = 30_000;
/** … and what comes only after a few pauses of a client that reconnects, which grow up to half a minute. */
export const LATER = 60_000;
/** Milliseconds between two looks. */
const LOOKS = [50, 100, 150, 250];
/** Stops of the Tab key in any of the pages here, and the browser's own. */
const MOST_STOPS = 40;

interface Place {
  /** Selectors; from the second one on, of the shadow root of what the one before has found. */
  path: string[];
  /** Only what holds these words. */
  words?: string;
  /** Only this one of them, counted from 0. */
  nth?: number;
}

interface Look {
  text: string;
  value: string;
  attributes: Record<string, string>;
  /** The middle of it, in CSS pixels of the viewport. */
  x: number;
  y: number;
  /** It has a box, and nothing lies over its middle. */
  reachable: boolean;
  focused: boolean;
}

export class Seen {
  #place: Place;

  constructor(
    readonly party: Party,
    path: string[],
    more: Omit<Place, 'path'> = {},
  ) {
    this.#place = { path, ...more };
  }

  with(words: string): Seen {
    return new Seen(this.party, this.#place.path, { words });
  }

  nth(nth: number): Seen {
    return new Seen(this.party, this.#place.path, { ...this.#place, nth });
  }

  get name(): string {
    const { path, words, nth } = this.#place;
    return path.join(' ▸ ') + (words === undefined ? '' : ` with “${words}”`) + (nth === undefined ? '' : ` at ${nth}`);
  }

  all(): Promise<Look[]> {
    return this.party.run(look, this.#place);
  }

  async texts(): Promise<string[]> {
    return (await this.all()).map(({ text }) => text);
  }

  /** Waits until what there is of it is so. */
  async is(what: string, so: (all: Look[]) => boolean, timeout = SOON): Promise<void> {
    let all: Look[] = [];
    const ask = async () => so((all = await this.all())) || JSON.stringify(all).slice(0, 1000);
    await expect.poll(ask, { timeout, intervals: LOOKS, message: `${this.name}: ${what}` }).toBe(true);
  }

  isThere(timeout?: number): Promise<void> {
    return this.is('is there', (all) => all.length > 0, timeout);
  }

  isGone(timeout?: number): Promise<void> {
    return this.is('is gone', (all) => all.length === 0, timeout);
  }

  says(words: string, timeout?: number): Promise<void> {
    return this.is(`says “${words}”`, (all) => all.some(({ text }) => text.includes(words)), timeout);
  }

  has(attribute: string, value: RegExp, timeout?: number): Promise<void> {
    return this.is(`has ${attribute} ${value}`, ([first]) => value.test(first?.attributes[attribute] ?? '\0'), timeout);
  }

  holds(value: string, timeout?: number): Promise<void> {
    return this.is(`holds “${value}”`, ([first]) => first?.value === value, timeout);
  }

  isFocused(): Promise<void> {
    return this.is('has the focus', (all) => all.some(({ focused }) => focused));
  }

  /** Clicks the first of them, once it stands still and nothing lies over it. */
  async click(): Promise<void> {
    let before: Look | undefined;
    let at: Look | undefined;
    await this.is('can be clicked', ([first]) => {
      at = first;
      const still = before?.x === at?.x && before?.y === at?.y;
      before = at;
      return !!at?.reachable && still;
    });
    await this.party.click(at!.x, at!.y);
  }

  /** Presses Tab until it has the focus. */
  async tabTo(): Promise<void> {
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      if ((await this.all()).some(({ focused }) => focused)) return;
      await this.party.press('Tab');
    }
    throw new Error(`${this.name} is no stop of the Tab key.`);
  }

  /** Clicks it and types. */
  async type(text: string, keys?: Keys): Promise<void> {
    await this.click();
    await this.isFocused();
    await this.party.type(text);
    await this.holds(text);
    if (keys) await this.party.press(keys);
  }
}

/** Runs in the page. */
function look({ path, words, nth }: Place): Look[] {
  let roots: (Document | ShadowRoot)[] = [document];
  let found: Element[] = [];
  for (const [depth, selector] of path.entries()) {
    if (depth > 0) roots = found.flatMap((host) => host.shadowRoot ?? []);
    found = roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  }
  return found
    .filter((element) => words === undefined || (element.textContent ?? '').includes(words))
    .filter((_, at) => nth === undefined || at === nth)
    .map((element) => {
      element.scrollIntoView({ block: 'nearest' });
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const root = element.getRootNode() as Document | ShadowRoot;
      const above = root.elementFromPoint(x, y);
      return {
        text: element.textContent ?? '',
        value: (element as HTMLInputElement).value ?? '',
        attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
        x,
        y,
        reachable: width > 0 && height > 0 && !!above && (above === element || element.contains(above) || above.contains(element)),
        focused: root.activeElement === element,
      };
    });
}
