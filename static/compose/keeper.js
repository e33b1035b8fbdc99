// Stores the drafts of the dock: soon after every change, and at once when the page may go away.

import { t } from '../page/language.js';

/** Milliseconds from a change to storing it: what a crash may cost. */
const DELAY = 400;

export class Keeper {
  /** @type {import('./draft-store.js').DraftStore | null} */
  #store = null;
  /** @type {Set<import('./window.js').ComposeWindow>} */
  #unstored = new Set();
  #timer = 0;
  /** The window that the focus was in last. @type {import('./window.js').ComposeWindow | null} */
  #focused = null;

  /** @param {import('./dock.js').Dock} dock */
  constructor(dock) {
    this.dock = dock;
    addEventListener('pagehide', () => this.storeAll({ leaving: true }));
    document.addEventListener('visibilitychange', () => this.storeAll({ leaving: true }));
    addEventListener('beforeunload', (event) => {
      this.storeAll({ leaving: true });
      if (dock.windows.some((window) => window.busy) || this.#unstored.size) event.preventDefault();
    });
    const cursorMoved = () => {
      this.#atCursor().forEach((window) => this.storeSoon(window));
      // Now: once the focus is elsewhere, nobody can tell.
      this.#focused?.noteCaret();
    };
    // Frames tell of what happens in them by `interaction`.
    for (const kind of ['selectionchange', 'focusin', 'interaction']) document.addEventListener(kind, cursorMoved);
    // Into a frame, for example.
    addEventListener('blur', cursorMoved);
  }

  get store() {
    return this.#store;
  }

  /** @param {import('./draft-store.js').DraftStore | null} store null: nobody is signed in */
  use(store) {
    this.storeAll({ leaving: true });
    this.#unstored.clear();
    this.#store = store;
  }

  /** @param {import('./window.js').ComposeWindow} window */
  storeSoon(window) {
    this.#unstored.add(window);
    // Who types without a pause is stored as well.
    this.#timer ||= setTimeout(() => this.storeAll(), DELAY);
  }

  /** @param {import('./window.js').ComposeWindow} window */
  forget(window) {
    this.#unstored.delete(window);
    if (this.#focused === window) this.#focused = null;
  }

  /** @param {import('./window.js').ComposeWindow} window @returns {boolean} whether it holds what is not stored yet */
  isUnstored(window) {
    return this.#unstored.has(window);
  }

  /** @param {{leaving?: boolean}} [options] `leaving`: the page may go away */
  storeAll({ leaving = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (leaving) this.#atCursor().forEach((window) => this.#unstored.add(window));
    this.#focused?.noteCaret();
    if (!this.#store) return;
    for (const window of this.#unstored) {
      window.draft.focused = window === this.#focused;
      if (this.#store.save(window.draft)) this.#unstored.delete(window);
      else window.notify(t('window.tooLarge'));
    }
  }

  /** The window with the focus, and the one that had it before. */
  #atCursor() {
    const before = this.#focused;
    this.#focused = this.dock.windows.find((window) => window.focused) ?? null;
    return [this.#focused, before].filter((window) => window !== null);
  }
}
