// The same drafts in other tabs of this browser: a draft is in one tab at a time, and a message is sent once.

import { announce } from '../page/announce.js';
import { t } from '../page/language.js';

const CHANNEL = 'quillgate.windows';

export class Elsewhere {
  /** @type {import('./draft-store.js').DraftStore | null} */
  #store = null;
  /** Missing where the browser has none. */
  #channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : null;

  /** @param {import('./dock.js').Dock} dock */
  constructor(dock) {
    this.dock = dock;
    this.#channel?.addEventListener('message', ({ data }) => this.#sentElsewhere(data));
    addEventListener('storage', (/** @type {StorageEvent} */ { key, newValue }) => {
      const id = newValue === null && key !== null ? this.#store?.idOf(key) : null;
      if (id) this.#missing(id);
    });
    // What happened while this page was frozen, or put away, was told to nobody.
    for (const [target, kind] of /** @type {[EventTarget, string][]} */ ([[document, 'visibilitychange'], [globalThis, 'pageshow'], [document, 'resume']])) {
      target.addEventListener(kind, () => this.#look());
    }
  }

  /** @param {import('./draft-store.js').DraftStore | null} store null: nobody is signed in */
  watch(store) {
    this.#store = store;
  }

  /** @param {import('./window.js').ComposeWindow} window whose message is on its way */
  sent({ draft }) {
    this.#channel?.postMessage({ login: this.dock.user.login, id: draft.id });
  }

  #look() {
    if (!this.#store || document.visibilityState !== 'visible') return;
    for (const { draft } of [...this.dock.windows]) if (this.#store.lost(draft.id)) this.#missing(draft.id);
  }

  /** Another tab has taken the draft over, or it was finished there. @param {string} id */
  #missing(id) {
    const window = this.dock.find(id);
    if (!window || window.sending) return;
    // The one that is typed into stays; the other tab hears of it as this one did.
    if (this.dock.keeper.isUnstored(window) && window.focused) {
      this.#store?.reclaim(window.draft);
      return;
    }
    this.dock.give(window);
    announce(t('window.inOtherTab'));
  }

  /** @param {{login: string, id: string}} told */
  #sentElsewhere({ login, id }) {
    const window = login === this.dock.user.login && this.dock.find(id);
    if (!window || window.sending) return;
    if (window.draft.touched) {
      window.draft.withdrawn = true;
      window.notify(t('window.sentElsewhere'));
      this.dock.keeper.storeSoon(window);
    } else {
      window.close();
    }
  }
}
