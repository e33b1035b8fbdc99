// What stands in the place of an editor that is not there: first nothing, then that it is loading, or what can be done
// without it. The text can be read and copied meanwhile.

import { announce } from '../../page/announce.js';
import { element } from '../../page/dom.js';
import { icon } from '../../page/icons.js';
import { t } from '../../page/language.js';

/** Milliseconds that an editor may take without a word about it. */
const DELAY = 1_000;
/** What may mean that the server is back. */
const EVENTS = ['connected', 'online'];

export class StandIn {
  #timer = 0;
  #waiting = false;
  /** @type {ResizeObserver | null} as long as there is something to be tried again */
  #observer = null;

  /**
   * @param {object} options
   * @param {string} options.label of the text
   * @param {() => Promise<string>} options.text
   * @param {() => void} options.again loads the editor: the person wants it, or it may be possible now
   * @param {() => void} [options.plain] goes on without formatting
   */
  constructor({ label, text, again, plain }) {
    this.text = text;
    this.again = again;
    this.status = element('p', { role: 'status' });
    this.retry = element('button', { type: 'button', class: 'button button-small', onclick: () => this.#tryNow() }, t('page.tryAgain'));
    const leave = plain ? element('button', { type: 'button', class: 'button button-small', onclick: plain }, t('message.editPlain')) : null;
    this.area = element('textarea', { class: 'stand-in-text', 'aria-label': label, readonly: true, dir: 'auto' });
    this.node = element('div', { class: 'stand-in' },
      element('div', { class: 'stand-in-head' }, icon('warning', 16), this.status, element('div', { class: 'stand-in-actions' }, this.retry, leave)));
    this.done();
  }

  get shown() {
    return this.node.dataset.state !== undefined;
  }

  get failed() {
    return this.#observer !== null;
  }

  /** The editor is being loaded. */
  wait() {
    clearTimeout(this.#timer);
    this.#setWaiting(true);
    if (this.failed) {
      // What is there stays in its place.
      announce(t('page.loading'));
      return;
    }
    this.#timer = setTimeout(() => {
      this.node.dataset.state = 'loading';
      this.status.textContent = t('page.loading');
      this.#showText();
    }, DELAY);
  }

  /** It could not be loaded. */
  async fail() {
    clearTimeout(this.#timer);
    this.#setWaiting(false);
    this.node.dataset.state = 'failed';
    const before = this.failed;
    if (!before) this.#listen();
    await this.#showText();
    if (!this.failed || this.#waiting) return;
    const text = t(this.area.value ? 'message.unshown' : 'message.unshownEmpty');
    if (before) announce(text);
    this.status.textContent = text;
  }

  /** It is there, or is not wanted any more. @returns {boolean} whether the focus was in here */
  done() {
    const focused = this.node.contains(document.activeElement);
    this.close();
    this.#setWaiting(false);
    delete this.node.dataset.state;
    this.status.textContent = '';
    this.area.remove();
    return focused;
  }

  focus() {
    this.retry.focus();
  }

  close() {
    clearTimeout(this.#timer);
    this.#observer?.disconnect();
    this.#observer = null;
    for (const kind of EVENTS) removeEventListener(kind, this.#tryNow);
  }

  #listen() {
    let visible = true;
    // The window was a bar, and is open again.
    this.#observer = new ResizeObserver(() => {
      const before = visible;
      visible = this.node.checkVisibility();
      if (visible && !before) this.#tryNow();
    });
    this.#observer.observe(this.node);
    for (const kind of EVENTS) addEventListener(kind, this.#tryNow);
  }

  #tryNow = () => {
    if (this.failed && !this.#waiting && this.node.checkVisibility()) this.again();
  };

  /** @param {boolean} waiting */
  #setWaiting(waiting) {
    this.#waiting = waiting;
    this.retry.setAttribute('aria-disabled', String(waiting));
  }

  async #showText() {
    const text = await this.text().catch(() => '');
    if (!this.shown || (this.area.isConnected && this.area.value === text)) return;
    this.area.value = text;
    if (text) this.node.append(this.area);
    else this.area.remove();
  }
}
