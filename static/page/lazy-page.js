// A page whose script is fetched when it is opened for the first time: what nobody looks at costs nothing.

import { element } from './dom.js';
import { t } from './language.js';

/** @template {import('./pages.js').Page} P */
export class LazyPage {
  /** @type {P | null} */
  #page = null;
  /** @type {string[] | null} null: not shown */
  #names = null;

  /**
   * @param {HTMLElement} node the page builds itself in it
   * @param {string} title
   * @param {() => Promise<() => P>} load fetches the script; what it gives makes the page
   */
  constructor(node, title, load) {
    this.node = node;
    this.title = title;
    this.load = load;
  }

  /** The page, once it has been opened. */
  get loaded() {
    return this.#page;
  }

  /** @param {string[]} names */
  async open(names) {
    this.#names = names;
    if (!this.#page) {
      try {
        const make = await this.load();
        if (!this.#page) {
          this.node.replaceChildren();
          this.#page = make();
        }
      } catch {
        dispatchEvent(new Event('importfailed'));
        this.#offerRetry();
        return;
      }
    }
    if (this.#names === names) this.#page.open(names);
  }

  close() {
    this.#names = null;
    this.#page?.close?.();
  }

  #offerRetry() {
    this.node.replaceChildren(
      element('h1', { tabindex: -1 }, this.title),
      element('p', {}, t('page.notLoaded')),
      element('p', {}, element('button', { type: 'button', class: 'button', onclick: () => this.#names && this.open(this.#names) }, t('page.tryAgain'))));
  }
}
