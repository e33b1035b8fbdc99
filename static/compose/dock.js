// The dock at the lower edge: which windows there are, which of them are open, and where the focus goes.

import { ComposeWindow } from './window.js';
import { arrange, capacity } from './arrange.js';

/** Milliseconds from the last key to storing the draft. */
const STORE_DELAY = 300;

export class Dock {
  /** @type {ComposeWindow[]} the oldest first */
  windows = [];
  /** What windows know of the user. @type {{identities: {id: number, name: string}[], login: string}} */
  user = { identities: [], login: '' };
  #store = null;
  #unstored = new Set();
  #storeTimer = 0;
  #raised = 0;
  #listeners = { seen: [], discarded: [], sent: [], closed: [] };

  /** @param {HTMLElement} node @param {HTMLElement} fallback takes the focus when the last window closes */
  constructor(node, fallback) {
    this.node = node;
    this.fallback = fallback;
    addEventListener('resize', () => this.#arrange());
    // A scroll bar that comes or goes changes the width, too.
    new ResizeObserver(() => this.#arrange()).observe(document.documentElement);
    addEventListener('pagehide', () => this.#storeAll());
    document.addEventListener('visibilitychange', () => {
      this.#markSeen();
      this.#storeAll();
    });
    addEventListener('beforeunload', (event) => {
      this.#storeAll();
      if (this.windows.some((window) => window.busy) || this.#unstored.size) event.preventDefault();
    });
  }

  /** @param {'seen' | 'discarded' | 'sent' | 'closed'} name @param {(window: ComposeWindow, answer?: any) => void} listener */
  on(name, listener) {
    this.#listeners[name].push(listener);
  }

  /** @param {string} id */
  find(id) {
    return this.windows.find(({ draft }) => draft.id === id);
  }

  /** Shows the windows that a user had. @param {import('./draft-store.js').DraftStore} store @param {Dock['user']} user */
  async enter(store, user) {
    this.user = user;
    this.#store = store;
    const drafts = await store.load();
    drafts.filter(({ id }) => !this.find(id)).forEach((draft) => this.#add(draft));
    this.#raised = Math.max(0, ...this.windows.map(({ draft }) => draft.raised));
    this.show();
  }

  /** Puts the windows away without losing them. */
  leave() {
    this.#storeAll();
    this.#store = null;
    for (const window of this.windows.splice(0)) {
      window.body.close();
      window.node.remove();
    }
    this.#unstored.clear();
  }

  hide() {
    this.node.hidden = true;
  }

  show() {
    this.node.hidden = false;
    this.#makeRoom(null);
    this.#arrange();
  }

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {{asked?: boolean}} [options] `asked`: by the person, just now
   */
  open(draft, { asked = false } = {}) {
    const idle = document.activeElement === null || document.activeElement === document.body;
    const window = this.#add(draft);
    draft.raised = ++this.#raised;
    this.#makeRoom(window, asked);
    this.#arrange();
    this.#unstored.add(window);
    this.#storeAll();
    if (asked || (idle && !window.minimised)) window.focus();
    return window;
  }

  #add(draft) {
    const host = { ...this.#host, closed: this.#closed.bind(this, this.#store) };
    const window = new ComposeWindow(draft, { ...this.user, host });
    this.windows.push(window);
    this.node.append(window.node);
    return window;
  }

  #host = {
    changed: (window) => this.#storeSoon(window),
    minimised: (window) => {
      this.#arrange();
      this.#storeSoon(window);
    },
    restored: (window, focus) => {
      window.draft.raised = ++this.#raised;
      this.#makeRoom(window, true);
      this.#arrange();
      this.#storeSoon(window);
      if (focus) window.focus();
    },
    discarded: (window) => this.#emit('discarded', window),
    sent: (window, answer) => this.#emit('sent', window, answer),
  };

  /** A send may end after a sign-out: then the window has left the dock, but its draft is still stored. */
  #closed(store, window) {
    store.remove(window.draft.id);
    this.windows = this.windows.filter((other) => other !== window);
    this.#unstored.delete(window);
    this.#arrange();
    this.#emit('closed', window);
    if (document.activeElement === document.body && !this.node.hidden) (this.#open.at(-1) ?? this).focus();
  }

  focus() {
    (this.fallback.offsetParent ? this.fallback : this.node).focus();
  }

  /** Windows that are not minimised, the one raised last at the end. */
  get #open() {
    return this.windows.filter(({ minimised }) => !minimised).sort((one, other) => one.draft.raised - other.draft.raised);
  }

  /** Minimises the oldest windows that are too many; never, unasked, the one that somebody is working in. */
  #makeRoom(newest, asked = false) {
    for (let open = this.#open; open.length > capacity(); open = this.#open) {
      const victim = open.find((window) => window !== newest && (asked || !window.focused)) ?? newest ?? open[0];
      victim.minimise();
    }
  }

  #arrange() {
    arrange(this.node, this.windows.length - this.#open.length, this.#open.length);
    document.getElementById('skip-to-windows').hidden = this.node.hidden || !this.windows.length;
    this.#markSeen();
  }

  #markSeen() {
    if (document.visibilityState !== 'visible' || this.node.hidden) return;
    for (const window of this.#open.filter(({ draft }) => !draft.seen)) {
      window.markSeen();
      this.#storeSoon(window);
      this.#emit('seen', window);
    }
  }

  #emit(name, window, answer) {
    this.#listeners[name].forEach((listener) => listener(window, answer));
  }

  #storeSoon(window) {
    this.#unstored.add(window);
    clearTimeout(this.#storeTimer);
    this.#storeTimer = setTimeout(() => this.#storeAll(), STORE_DELAY);
  }

  #storeAll() {
    if (!this.#store) return;
    for (const window of this.#unstored) {
      if (this.#store.save(window.draft)) this.#unstored.delete(window);
      else window.notify('This message is too large for the browser to keep: it would be lost by closing or reloading the page.');
    }
  }
}
