// The title bar of a window: what the message is about, who opened it, and the buttons that place the window.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { openerOf } from './draft.js';

export class TitleBar {
  /** The end of a drag is no click. */
  #dragged = false;

  /** @param {import('./window.js').ComposeWindow} window */
  constructor(window) {
    this.window = window;
    const { draft } = window;
    this.titleId = `title-${draft.id}`;
    this.openerId = draft.by ? `opener-${draft.id}` : null;
    this.mark = element('span', { class: 'window-mark', id: `mark-${draft.id}` });
    this.subject = element('bdi');
    this.title = element('h2', { class: 'window-title', id: this.titleId }, this.subject);
    const [before, after] = t('window.openedBy', { opener: '\n' }).split('\n');
    const opener = draft.by && element('p', { class: 'window-opener', id: this.openerId, title: openerOf(draft.by) },
      before, element('strong', {}, element('bdi', {}, openerOf(draft.by))), after);
    this.more = this.#button('window-more', 'more', t('window.more'), () => this.#openMenu());
    this.more.setAttribute('aria-haspopup', 'menu');
    this.dockAgain = this.#button('window-dock-again', 'dock', t('window.dockAgain'), () => window.placement.dock());
    this.toggle = this.#button('window-toggle', 'minimise', t('window.minimise'), () => this.#toggle());
    this.toggle.setAttribute('aria-describedby', `${this.titleId} ${this.mark.id}`);
    this.full = this.#button('window-full', 'expand', t('window.full'), () => window.placement.setFull(!draft.full));
    this.close = this.#button('window-close', 'close', t('window.close'), () => window.discard());
    this.close.title = t('window.closeHint');
    this.node = element('header', { class: 'window-header', onclick: () => this.#clicked(), ondblclick: (event) => this.#doubleClicked(event), onmousedown: (event) => this.#pressed(event) },
      this.mark, element('div', { class: 'window-titles' }, this.title, opener), this.more, this.dockAgain, this.toggle, this.full, this.close);
  }

  reflect() {
    const { draft } = this.window;
    // Without a text once it is seen: descriptions are read out also of what is hidden.
    this.mark.textContent = draft.by && !draft.seen ? t('window.new') : '';
    const title = draft.subject.trim() || t('window.untitled');
    if (this.title.title !== title) this.subject.textContent = this.title.title = title;
    relabel(this.toggle, draft.minimised ? 'restore' : 'minimise', draft.minimised ? t('window.restore') : t('window.minimise'), draft.minimised ? '' : t('window.minimiseKey'));
    relabel(this.full, draft.full ? 'shrink' : 'expand', draft.full ? t('window.leaveFull') : t('window.full'), draft.full ? t('window.leaveFullKey') : '');
  }

  /** A drag has begun: what comes of it is no click. */
  dragged() {
    this.#dragged = true;
    // The click that ends it, if there is one, comes before any timer.
    addEventListener('pointerup', () => setTimeout(() => { this.#dragged = false; }), { once: true });
  }

  /** The cursor stays where it is in the window. @param {MouseEvent} event */
  #pressed(event) {
    if (/** @type {Element} */ (event.target).closest('button')) return;
    event.preventDefault();
    if (!this.window.minimised && !this.window.focused) this.window.focus();
  }

  #toggle() {
    const { window } = this;
    if (window.minimised) window.restore({ focus: true });
    else window.minimise();
  }

  /** As a bar it opens, in the dock it closes to a bar; elsewhere it is there to be taken hold of. */
  #clicked() {
    const { minimised, placement } = this.window;
    if (!this.#dragged && (minimised || placement.docked)) this.#toggle();
  }

  /** @param {MouseEvent} event */
  #doubleClicked(event) {
    if (/** @type {Element} */ (event.target).closest('button')) return;
    const { draft, minimised, placement } = this.window;
    if (minimised || !placement.roomy) return;
    if (draft.full) placement.setFull(false);
    else if (draft.place) placement.dock();
  }

  async #openMenu() {
    const [{ openMenu }, { menuItems }] = await Promise.all([import('../page/menu.js'), import('./window-menu.js')]);
    openMenu(this.more, t('window.more'), menuItems(this.window));
  }

  /** @param {string} name @param {Parameters<typeof icon>[0]} symbol @param {string} label @param {() => void} act */
  #button(name, symbol, label, act) {
    return element('button', {
      type: 'button', class: `button button-quiet button-icon ${name}`, 'aria-label': label, title: label,
      onclick: (event) => {
        event.stopPropagation();
        act();
      },
    }, icon(symbol, 18));
  }
}

/** @param {HTMLButtonElement} button @param {Parameters<typeof icon>[0]} symbol @param {string} label @param {string} key */
function relabel(button, symbol, label, key) {
  if (button.getAttribute('aria-label') === label) return;
  button.setAttribute('aria-label', label);
  button.title = key || label;
  button.replaceChildren(icon(symbol, 18));
}
