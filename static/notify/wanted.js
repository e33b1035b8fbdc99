// The window that somebody asked for by clicking a notification: shown as soon as the page has it.

import { t } from '../page/language.js';
import { toast } from '../page/toast.js';

/** Milliseconds after the connection is up: what nobody has offered by then is over, or in another page. */
const OFFER_LIMIT = 4_000;

export class Wanted {
  /** @type {string | null} a compose id */
  #id = null;
  #timer = 0;

  /** @param {import('../compose/dock.js').Dock} dock */
  constructor(dock) {
    this.dock = dock;
    this.#fromAddress();
    addEventListener('hashchange', () => this.#fromAddress());
    navigator.serviceWorker?.addEventListener('message', ({ data, ports: [port] }) => {
      if (data?.type === 'who-has') port?.postMessage(Boolean(dock.find(data.id)));
      else if (data?.type === 'show') this.#want(data.id);
    });
  }

  /** The connection is up: windows are offered from now on. */
  online() {
    if (!this.#id) return;
    this.opened();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), OFFER_LIMIT);
  }

  /** The page has another window. */
  opened() {
    const window = this.#id && this.dock.find(this.#id);
    if (!window) return;
    this.#forget();
    window.restore({ focus: true });
  }

  #fromAddress() {
    const [, id] = /^#compose=(.+)/.exec(location.hash) ?? [];
    if (!id) return;
    // A reload is not to ask for it again.
    history.replaceState(history.state, '', location.pathname + location.search);
    this.#want(decodeURIComponent(id));
  }

  /** @param {string} id */
  #want(id) {
    this.#id = id;
    this.opened();
  }

  #giveUp() {
    this.#forget();
    toast(t('notify.gone'), { detail: t('notify.goneDetail') });
  }

  #forget() {
    this.#id = null;
    clearTimeout(this.#timer);
  }
}
