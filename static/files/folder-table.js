// The table of a folder: what is in it, in an order, of it what is looked for, and which of it is selected.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { LongList } from '../page/long-list.js';
import { entryRow } from './entry-row.js';

/** @typedef {import('./user-files.js').Entry} Entry */

/** @type {Record<string, (one: Entry, other: Entry) => number>} */
const ORDERS = {
  name: () => 0,
  size: (one, other) => (one.size ?? 0) - (other.size ?? 0),
  modified: (one, other) => one.modified.localeCompare(other.modified),
};

export class FolderTable {
  /** Names. @type {Set<string>} */
  selected = new Set();
  /** @type {Entry[]} */
  #entries = [];
  #wanted = '';
  #order = { by: 'name', down: false };

  /**
   * @param {{href: (entry: Entry) => string, menu: (entry: Entry, button: HTMLElement) => void, selected: () => void}} options
   */
  constructor({ href, menu, selected }) {
    this.changed = selected;
    this.all = element('input', { type: 'checkbox', 'aria-label': t('files.selectAll'), onchange: () => this.#selectAll(this.all.checked) });
    this.heads = Object.fromEntries([['name', t('files.name')], ['size', t('files.size')], ['modified', t('files.changed')]].map(([by, label]) => [by,
      element('th', { scope: 'col', class: `head-${by}` }, element('button', { type: 'button', class: 'head-button', onclick: () => this.#orderBy(by) }, label, icon('restore', 14)))]));
    this.body = element('tbody');
    this.table = element('table', { class: 'entries' },
      element('thead', {}, element('tr', {}, element('th', { class: 'entry-box' }, element('label', { class: 'tick' }, this.all)), ...Object.values(this.heads),
        element('th', { class: 'entry-more' }, element('span', { class: 'visually-hidden' }, t('page.actions'))))),
      this.body);
    this.end = element('div', { class: 'list-end' });
    this.note = element('p', { class: 'list-note', role: 'status' });
    this.node = element('div', {}, this.table, this.end, this.note);
    this.long = new LongList(this.body, this.end, {
      key: (entry) => JSON.stringify([href(entry), entry]),
      draw: (entry) => entryRow(entry, {
        href: href(entry),
        selected: this.selected.has(entry.name),
        select: (on) => this.#select(entry.name, on),
        menu: (button) => menu(entry, button),
      }),
      again: (row, { name }) => { /** @type {HTMLInputElement} */ (row.querySelector('input')).checked = this.selected.has(name); },
    });
  }

  /** The selected entries. */
  get chosen() {
    return this.#entries.filter(({ name }) => this.selected.has(name));
  }

  /** @param {Entry[]} entries folders first, then by name */
  show(entries) {
    this.#entries = entries;
    const names = new Set(entries.map(({ name }) => name));
    for (const name of this.selected) if (!names.has(name)) this.selected.delete(name);
    this.#draw();
  }

  /** @param {string} wanted a part of names */
  find(wanted) {
    this.#wanted = wanted.trim().toLowerCase();
    this.#draw({ fromTop: true });
  }

  clear() {
    this.selected.clear();
    this.#draw();
  }

  get #shown() {
    const found = this.#entries.filter(({ name }) => name.toLowerCase().includes(this.#wanted));
    const { by, down } = this.#order;
    if (by === 'name') return down ? found.reverse() : found;
    return found.sort((one, other) => ORDERS[by](one, other) * (down ? -1 : 1));
  }

  #draw({ fromTop = false } = {}) {
    const shown = this.#shown;
    this.long.show(shown, { fromTop });
    this.table.hidden = !shown.length;
    this.note.textContent = !shown.length && this.#wanted ? t('files.noneInFolder') : '';
    for (const [by, head] of Object.entries(this.heads)) {
      head.setAttribute('aria-sort', by !== this.#order.by ? 'none' : this.#order.down ? 'descending' : 'ascending');
    }
    this.#reflect(shown);
  }

  /** @param {Entry[]} shown */
  #reflect(shown) {
    const selected = shown.filter(({ name }) => this.selected.has(name)).length;
    this.all.checked = selected > 0 && selected === shown.length;
    this.all.indeterminate = selected > 0 && selected < shown.length;
    this.changed();
  }

  /** @param {string} by */
  #orderBy(by) {
    this.#order = { by, down: this.#order.by === by ? !this.#order.down : by !== 'name' };
    this.#draw({ fromTop: true });
  }

  /** @param {string} name @param {boolean} on */
  #select(name, on) {
    if (on) this.selected.add(name);
    else this.selected.delete(name);
    this.#reflect(this.#shown);
  }

  /** @param {boolean} on */
  #selectAll(on) {
    for (const { name } of this.#shown) {
      if (on) this.selected.add(name);
      else this.selected.delete(name);
    }
    this.#draw();
  }
}
