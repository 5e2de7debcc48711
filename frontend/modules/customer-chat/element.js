/**
 * `<chathub-customer-chat hub="https://…" organization="1">`: one chat in a page. It wires the driver to the view and
 * holds what is the window's own: whether it is open, and where the focus goes.
 */

import { keepInside } from '../inside.js';
import { languageOf } from '../language.js';
import { createChat } from './chat.js';
import { createComposer } from './composer.js';
import { everyDay } from './days.js';
import { attribute } from './dom.js';
import { createLog } from './log.js';
import { dress, isFit } from './look.js';
import { createView } from './view.js';
import * as words from './words.js';
import { learn } from './words.js';

export const NAME = 'chathub-customer-chat';

const NOBODY = { name: '', phone: '' };

export class CustomerChat extends HTMLElement {
  /** @type {(() => void) | undefined} */
  #end;
  /** @type {((open: boolean, focus?: boolean) => void) | undefined} */
  #toggle;
  /** @type {(() => void) | undefined} */
  #leave;
  /** @type {(() => void) | undefined} */
  #render;

  constructor() {
    super();
    this.attachShadow({ mode: 'open' });
  }

  /** Opens the window; a page's own "Contact us" button may call it. */
  open() {
    this.#toggle?.(true, true);
  }

  close() {
    this.#toggle?.(false, true);
  }

  /** The person before the browser leaves (signs out of the page): whoever comes next has a conversation of their own. */
  logout() {
    this.#leave?.();
  }

  /** The same, for pages that know no sign-in. */
  reset() {
    this.logout();
  }

  connectedCallback() {
    this.#begin({ name: this.dataset.customerName ?? '', phone: this.dataset.customerPhone ?? '' });
  }

  /** @param {import('./person.js').Customer} customer */
  #begin(customer) {
    this.#end?.();
    const hub = this.getAttribute('hub') ?? location.origin;
    const ending = new AbortController();
    const chat = createChat({
      hub,
      organization: this.getAttribute('organization') ?? '',
      customer,
      onChange: () => this.#render?.(),
      // What this page says of its visitor, it says of the former one.
      onOther: () => this.#begin(NOBODY),
    });
    // Until it has its words there is nothing to be seen; what is opened before is opened then.
    this.#toggle = chat.storage.keepOpen;
    this.#leave = () => {
      chat.leave();
      this.#begin(NOBODY);
    };
    this.#end = () => {
      ending.abort();
      chat.end();
      this.#render = undefined;
      this.shadowRoot?.replaceChildren();
    };
    if (isFit()) chat.resume();
    else chat.unfit();
    learn({ hub, wanted: languageOf(this, LANGUAGES), signal: ending.signal, begin: () => this.#show(chat, ending.signal) });
  }

  /** @param {ReturnType<typeof createChat>} chat @param {AbortSignal} signal */
  #show(chat, signal) {
    let open = false;
    // A returning visitor is not greeted before their conversation is there.
    let known = !chat.storage.visitor();

    const log = createLog({
      onRetry: chat.retry,
      onDiscard: chat.discard,
      onEarlier: chat.earlier,
      onScroll: () => look(),
    });
    const composer = createComposer({
      draft: chat.storage.draft(),
      onDraft: chat.storage.keepDraft,
      onTyping: chat.typing,
      onSend: chat.post,
    });
    const view = createView({
      title: this.dataset.title ?? '',
      log: log.element,
      composer: composer.element,
      onToggle: () => toggle(!open, true),
      onRestart: chat.restart,
      onLatest() {
        log.toEnd();
        look();
        composer.focus();
      },
    });

    const render = () => {
      const state = chat.state();
      attribute(this, 'data-connection', chat.link());
      known ||= state.seq !== null;
      const hello = known ? (this.dataset.greeting ?? words.text(TEXT.greeting)) : '';
      if (open) log.render(state, hello, chat.pause());
      view.render({ state, link: chat.link(), reason: chat.reason(), open, atEnd: log.atEnd() });
    };
    const look = () => {
      chat.look(open && !document.hidden && log.atEnd());
      render();
    };
    /** @param {boolean} next @param {boolean} [focus] */
    const toggle = (next, focus) => {
      if (open === next) return;
      open = next;
      chat.storage.keepOpen(open);
      render();
      if (open) {
        // Above what else has come to the top layer, such as the launcher of an operators' panel.
        view.root.hidePopover?.();
        view.root.showPopover?.();
        log.toEnd();
        chat.start();
      }
      look();
      if (!focus) return;
      if (!open) view.launcher.focus({ preventScroll: true });
      // A finger's first tap should show the conversation, not cover it with the keyboard.
      else if (matchMedia('(pointer: coarse)').matches) view.dialog.focus({ preventScroll: true });
      else composer.focus();
    };

    const shadow = /** @type {ShadowRoot} */ (this.shadowRoot);
    keepInside(this, signal);
    dress({ host: this, shadow, root: view.root, signal });
    shadow.replaceChildren(view.root);
    view.root.showPopover?.();
    document.addEventListener('visibilitychange', look, { signal });
    addEventListener('offline', render, { signal });
    const endDays = everyDay(render);
    signal.addEventListener('abort', () => {
      endDays();
      log.end();
    });
    this.#toggle = toggle;
    this.#render = render;
    render();
    if (chat.storage.isOpen()) toggle(true);
  }

  disconnectedCallback() {
    this.#end?.();
    this.#end = this.#toggle = this.#leave = undefined;
  }
}
