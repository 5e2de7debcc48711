// The two windows of a conversation, and the console's way to one, in any engine.

import type { Party } from './drivers/party.ts';
import { LATER, Seen } from './seen.ts';

export class CustomerChat {
  readonly root: Seen;
  readonly launcher: Seen;
  readonly window: Seen;
  readonly input: Seen;
  readonly messages: Seen;

  constructor(readonly party: Party) {
    const at = (selector: string) => new Seen(party, ['chathub-customer-chat', selector]);
    this.root = new Seen(party, ['chathub-customer-chat']);
    this.launcher = at('.launcher');
    this.window = at('.window:not([hidden])');
    this.input = at('textarea');
    this.messages = at('li.message');
  }

  /** On the demonstration's shop. */
  static async enter(party: Party, hub: string): Promise<CustomerChat> {
    const chat = new CustomerChat(party);
    await party.goto(`${hub}/demo/shop`);
    await chat.open();
    await chat.isLive();
    return chat;
  }

  async open(): Promise<void> {
    await this.launcher.click();
    await this.window.isThere();
  }

  isLive(): Promise<void> {
    return this.root.has('data-connection', /^live$/, LATER);
  }

  isOffline(): Promise<void> {
    return this.root.has('data-connection', /^offline$/, LATER);
  }

  /** A message with these words has come to the hub. */
  hasSent(words: string): Promise<void> {
    return this.messages.with(words).has('data-state', /sent|read/, LATER);
  }

  write(text: string): Promise<void> {
    return this.input.type(text, 'Enter');
  }

  texts(): Promise<string[]> {
    return new Seen(this.party, ['chathub-customer-chat', 'li.message .text']).texts();
  }
}

export class Panel {
  readonly root: Seen;
  readonly input: Seen;
  readonly messages: Seen;

  /** `path` leads to its root: `[]` for the document. */
  constructor(
    readonly party: Party,
    private readonly path: string[] = [],
  ) {
    this.root = this.at('section.ch-panel');
    this.input = this.at('section.ch-panel textarea');
    this.messages = this.at('li.ch-message');
  }

  private at(selector: string): Seen {
    return new Seen(this.party, [...this.path, selector]);
  }

  /** Taken over by the browser, and connected. */
  async isLive(): Promise<void> {
    await this.root.has('data-hydrated', /^$|true/, LATER);
    await this.root.has('data-connection', /^live$/, LATER);
  }

  isNotLive(): Promise<void> {
    return this.root.has('data-connection', /connecting|offline/, LATER);
  }

  /** The rows of the list; one, when it is told by its words. */
  get rows(): Seen {
    return this.at('li[data-chat-id] button');
  }

  row(words: string): Seen {
    return this.rows.with(words);
  }

  /** A message with these words has come to the hub. */
  hasSent(words: string): Promise<void> {
    return this.messages.with(words).has('data-state', /sent|read/, LATER);
  }

  chatIds(): Promise<string[]> {
    return this.at('li[data-chat-id]').all().then((rows) => rows.map(({ attributes }) => attributes['data-chat-id']));
  }

  async open(words: string): Promise<void> {
    await this.row(words).click();
    await this.messages.says(words);
  }

  write(text: string): Promise<void> {
    return this.input.type(text, 'Enter');
  }

  texts(): Promise<string[]> {
    return this.at('li.ch-message .ch-message-text').texts();
  }
}

/** Signs in at the console and opens the panel of an operator. */
export async function openConsole(party: Party, hub: string, operator: string): Promise<Panel> {
  await party.goto(`${hub}/console`);
  await new Seen(party, ['input[name=login]']).type('demo');
  await new Seen(party, ['input[name=password]']).type('demo', 'Enter');
  await new Seen(party, ['a.operator']).with(operator).click();
  const panel = new Panel(party);
  await panel.isLive();
  return panel;
}

/** A panel in somebody else's page. */
export class Embed {
  readonly launcher: Seen;
  readonly window: Seen;
  readonly note: Seen;
  readonly badge: Seen;
  readonly panel: Panel;

  /** `script` tells the panels of several scripts apart. */
  constructor(
    readonly party: Party,
    script?: string,
  ) {
    const element = 'operator-chat-panel' + (script ? `[for="${script}"]` : '');
    const at = (selector: string) => new Seen(party, [element, selector]);
    this.launcher = at('.launcher');
    this.window = at('.window:not([hidden])');
    this.note = at('.note');
    this.badge = at('.badge:not([hidden])');
    this.panel = new Panel(party, [element]);
  }

  async open(): Promise<void> {
    await this.launcher.click();
    await this.window.isThere();
  }
}
