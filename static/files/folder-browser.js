// A way through the folders inside of a dialog: to a folder, or to some files and folders.

import { humanSize } from '../page/bytes.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { LongList } from '../page/long-list.js';
import { shownName } from '../page/names.js';
import { crumbs } from './crumbs.js';

/** @typedef {import('./user-files.js').Entry} Entry */

export class FolderBrowser {
  /** What is open. @type {string[]} */
  folder = [];
  /** What is chosen, in all folders. @type {Map<string, import('./user-files.js').Entry & {path: string}>} by path */
  chosen = new Map();
  /** @type {Entry[]} */
  #entries = [];
  #asked = 0;

  /**
   * @param {import('./user-files.js').UserFiles} files
   * @param {{start?: string[], choose?: boolean}} options `choose`: files and folders, not only the way to a folder
   */
  constructor(files, { start = [], choose = false }) {
    this.files = files;
    this.choose = choose;
    this.crumbs = element('div');
    this.find = element('input', { type: 'search', class: 'find', 'aria-label': t('files.find'), placeholder: t('files.find'), oninput: () => this.#draw() });
    this.list = element('ul', { class: 'browser-list', 'aria-label': t(choose ? 'files.files' : 'files.folders') });
    this.end = element('div', { class: 'list-end' });
    this.note = element('p', { class: 'browser-note', role: 'status' });
    this.count = element('p', { class: 'browser-count', 'aria-live': 'polite' });
    this.node = element('div', { class: 'browser' }, this.crumbs, this.find,
      element('div', { class: 'browser-scroll', tabindex: -1 }, this.list, this.end, this.note), choose ? this.count : null);
    this.long = new LongList(this.list, this.end, { key: ({ name, type }) => JSON.stringify([this.folder, name, type]), draw: (entry) => this.#item(entry) });
    this.#open(start);
  }

  /** @param {string[]} folder */
  async #open(folder) {
    const asked = ++this.#asked;
    const hadFocus = this.node.contains(document.activeElement);
    this.note.textContent = t('page.loading');
    try {
      const entries = await this.files.list(folder);
      if (asked !== this.#asked) return;
      this.folder = folder;
      this.#entries = entries.filter(({ type }) => this.choose || type === 'folder');
    } catch (error) {
      if (asked === this.#asked) this.note.textContent = /** @type {Error} */ (error).message;
      return;
    }
    this.crumbs.replaceChildren(crumbs(folder, (names) => ({ onclick: () => this.#open(names) })));
    this.find.value = '';
    this.#draw();
    if (hadFocus) (/** @type {HTMLElement | null} */ (this.list.querySelector('button, input')) ?? this.find).focus();
  }

  #draw() {
    const wanted = this.find.value.trim().toLowerCase();
    const entries = this.#entries.filter(({ name }) => name.toLowerCase().includes(wanted));
    this.long.show(entries);
    this.find.hidden = this.#entries.length < 12;
    this.note.textContent = entries.length ? '' : t(wanted ? 'files.noneHere' : this.choose ? 'files.empty' : 'files.noFolders');
  }

  /** @param {Entry} entry */
  #item(entry) {
    const path = this.files.path([...this.folder, entry.name]);
    const name = shownName(entry.name);
    const folder = entry.type === 'folder';
    const text = [icon(folder ? 'folder' : 'file'), element('bdi', { class: 'browser-name' }, name)];
    const open = folder ? element('button', { type: 'button', class: 'browser-open', 'aria-label': t('files.open', { name }), onclick: () => this.#open([...this.folder, entry.name]) }, ...text, icon('forward', 16)) : null;
    if (!this.choose) return element('li', { class: 'browser-item' }, open);
    const box = element('input', { type: 'checkbox', 'aria-label': t('files.choose', { name }), onchange: () => this.#pick(box.checked, path, entry) });
    box.checked = this.chosen.has(path);
    if (folder) return element('li', { class: 'browser-item' }, element('label', { class: 'tick' }, box), open);
    return element('li', { class: 'browser-item' }, element('label', { class: 'browser-file' }, box, ...text, element('span', { class: 'browser-size' }, humanSize(entry.size ?? 0))));
  }

  /** @param {boolean} chosen @param {string} path @param {Entry} entry */
  #pick(chosen, path, entry) {
    if (chosen) this.chosen.set(path, { ...entry, path });
    else this.chosen.delete(path);
    this.count.textContent = this.chosen.size ? t('files.chosen', { count: this.chosen.size }) : '';
  }
}
