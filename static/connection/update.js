// A newer version of this page: says so, and loads it when nobody is in the middle of something.

import { announce } from '../page/announce.js';
import { element } from '../page/dom.js';
import { inView } from '../page/in-view.js';
import { t } from '../page/language.js';

/** Milliseconds without a key, a click or a turn of the wheel. */
const IDLE = 60_000;
/** Milliseconds after which what was not possible is tried again. */
const AGAIN = 15_000;
/** The version that this tab has loaded by itself: never twice the same one, should the server go on giving out an old page. */
const KEY = 'quillgate.refreshed';
const IMPORT_FAILED = /dynamically imported module|importing a module script/i;

export class Update {
  /** The one that the server has. */
  #version = '';
  #timer = 0;
  #lastInput = 0;
  /** @type {HTMLElement | null} */
  #notice = null;

  constructor() {
    // A part of this version that is fetched late may be gone already. Who fetches one and tells of it says so.
    addEventListener('importfailed', () => this.#ask());
    addEventListener('unhandledrejection', ({ reason }) => IMPORT_FAILED.test(String(reason?.message)) && this.#ask());
  }

  /** @param {string | undefined} version that the server has, as `hello` says */
  greet(version) {
    if (!version || version === document.documentElement.dataset.version || version === this.#version) return;
    this.#version = version;
    if (!this.#notice) this.#show();
    if (sessionStorage.getItem(KEY) !== version) this.#wait();
  }

  async #ask() {
    try {
      const page = await (await fetch(document.baseURI, { cache: 'no-store', credentials: 'same-origin' })).text();
      this.greet(/data-version="([0-9a-f]+)"/.exec(page)?.[1]);
    } catch {
      // Not the version's fault: there is no connection.
    }
  }

  #show() {
    const refresh = element('button', { type: 'button', class: 'button button-small button-primary', onclick: () => location.reload() }, t('update.refresh'));
    this.#notice = element('div', { class: 'update-notice', role: 'status' }, element('span', {}, t('update.ready')), refresh);
    document.body.append(this.#notice);
    announce(t('update.ready'));
  }

  #wait() {
    const check = () => {
      clearTimeout(this.#timer);
      const idle = Date.now() - this.#lastInput;
      if (inView() && idle < IDLE) this.#timer = setTimeout(check, IDLE - idle);
      else if (isBusy()) this.#timer = setTimeout(check, AGAIN);
      else this.#refresh();
    };
    this.#lastInput = Date.now();
    // `interaction` comes from the message frame, whose own events do not reach this document.
    for (const kind of ['pointerdown', 'keydown', 'input', 'wheel', 'interaction']) {
      addEventListener(kind, () => { this.#lastInput = Date.now(); }, { capture: true, passive: true });
    }
    document.addEventListener('visibilitychange', check);
    addEventListener('viewchange', check);
    check();
  }

  #refresh() {
    sessionStorage.setItem(KEY, this.#version);
    location.reload();
  }
}

/** Whether something would be lost or interrupted. Those who would lose something store it now, or object. */
function isBusy() {
  const leaving = new Event('beforeunload', { cancelable: true });
  return !dispatchEvent(leaving) || document.querySelector('dialog[open]') !== null;
}
