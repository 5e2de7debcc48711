/**
 * `<chathub-customer-chat hub="https://…" organization="1">`: one chat in a page. It wires the driver to the view and
 * holds what is the window's own: whether it is open, and where the focus goes.
 */

import { keepInside } from '../inside.js';
import { createChat } from './chat.js';
import { createComposer } from './composer.js';
import { everyDay } from './days.js';
import { attribute } from './dom.js';
import { createLog } from './log.js';
import { dress, isFit } from './look.js';
import { createView } from './view.js';
import * as words from './words.js';

export const NAME = 'chathub-customer-chat';

const NOBODY = { name: '', phone: '' };

export class CustomerChat extends HTMLElement {
  /** @type {(() => void) | undefined} */
  #end;
  /** @type {((open: boolean, focus?: boolean) => void) | undefined} */
  #toggle;
  /** @type {(() => void) | undefined} */
  #leave;

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
    const shadow = /** @type {ShadowRoot} */ (this.shadowRoot);
    const ending = new AbortController();
    let open = false;
    let known = false;

    const chat = createChat({
      hub: this.getAttribute('hub') ?? location.origin,
      organization: this.getAttribute('organization') ?? '',
      customer,
      onChange: () => render(),
      // What this page says of its visitor, it says of the former one.
      onOther: () => this.#begin(NOBODY),
    });
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
      const hello = known ? (this.dataset.greeting ?? words.GREETING) : '';
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

    // A returning visitor is not greeted before their conversation is there.
    known = !chat.storage.visitor();
    keepInside(this, ending.signal);
    dress({ host: this, shadow, root: view.root, signal: ending.signal });
    shadow.replaceChildren(view.root);
    view.root.showPopover?.();
    document.addEventListener('visibilitychange', look, { signal: ending.signal });
    addEventListener('offline', render, { signal: ending.signal });
    render();
    if (isFit()) chat.resume();
    else chat.unfit();
    if (chat.storage.isOpen()) toggle(true);

    const endDays = everyDay(render);
    this.#toggle = toggle;
    this.#leave = () => {
      chat.leave();
      this.#begin(NOBODY);
    };
    this.#end = () => {
      ending.abort();
      endDays();
      log.end();
      chat.end();
      shadow.replaceChildren();
    };
  }

  disconnectedCallback() {
    this.#end?.();
    this.#end = this.#toggle = this.#leave = undefined;
  }
}
