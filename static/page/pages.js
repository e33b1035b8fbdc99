// Shows the page that the address names, and none while nobody is signed in. Compose windows stay over all of them.

import { closeDialogs } from './dialog.js';
import { byId } from './dom.js';
import { currentRoute, routeHref } from './route.js';
import { nameTab } from './title.js';

const FIRST = 'home';

/**
 * @typedef {object} Page
 * @property {HTMLElement} node with a heading that takes the focus
 * @property {string} title
 * @property {(names: string[]) => void | Promise<void>} open shows what the rest of the address names
 * @property {() => void} [close] another page is shown
 */

export class Pages {
  #entered = false;
  #shown = '';

  /** @param {Record<string, Page>} pages by the first part of the address */
  constructor(pages) {
    this.pages = pages;
    this.links = [...byId('page-nav').querySelectorAll('a')];
    for (const link of this.links) link.href = routeHref(link.dataset.page ?? FIRST);
    addEventListener('hashchange', () => {
      closeDialogs();
      this.#turn({ byPerson: true });
    });
  }

  /** Somebody is signed in. */
  enter() {
    this.#entered = true;
    byId('page-nav').hidden = false;
    this.#turn();
  }

  leave() {
    this.#entered = false;
    this.pages[this.#shown]?.close?.();
    this.#shown = '';
    byId('page-nav').hidden = true;
    for (const { node } of Object.values(this.pages)) node.hidden = true;
    nameTab('');
  }

  async #turn({ byPerson = false } = {}) {
    if (!this.#entered) return;
    const route = currentRoute();
    const name = route.page in this.pages ? route.page : FIRST;
    const page = this.pages[name];
    // Where the focus is in a window it stays there.
    const inWindow = document.activeElement?.closest('#dock');
    if (name !== this.#shown) {
      this.pages[this.#shown]?.close?.();
      this.#shown = name;
      for (const [other, { node }] of Object.entries(this.pages)) node.hidden = other !== name;
      for (const link of this.links) link.setAttribute('aria-current', link.dataset.page === name ? 'page' : 'false');
      nameTab(name === FIRST ? '' : page.title);
      if (byPerson) scrollTo(0, 0);
    }
    const opened = page.open(route.names);
    if (!byPerson || inWindow) return;
    await opened;
    if (name === this.#shown) page.node.querySelector('h1')?.focus({ preventScroll: true });
  }
}
