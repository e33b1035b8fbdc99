// "My files": one folder at a time, and what can be done with what is in it.

import { announce } from '../page/announce.js';
import { byId, element } from '../page/dom.js';
import { acceptFiles } from '../page/file-drop.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { openMenu } from '../page/menu.js';
import { shownName } from '../page/names.js';
import { routeHref } from '../page/route.js';
import { said } from '../page/server-words.js';
import { crumbs } from './crumbs.js';
import { FolderTable } from './folder-table.js';
import { downloadHref } from './paths.js';
import { askForFolder, askForName, askForPlace, askToDelete } from './questions.js';
import { SelectionBar } from './selection-bar.js';
import { Uploads } from './uploads.js';
import { UserFiles } from './user-files.js';

const PAGE = 'files';
/** @typedef {import('./user-files.js').Entry} Entry */

/** From here on a folder has a field to find something in it. */
const MANY = 12;

export class FilesPage {
  title = t('nav.files');
  node = byId('files');
  /** Of nobody while nobody is signed in. */
  #files = new UserFiles('');
  /** @type {string[]} */
  #folder = [];
  #open = false;
  #asked = 0;

  /** @param {(attachments: {path: string, name: string, size: number, folder: boolean}[]) => void} send opens a message with them */
  constructor(send) {
    this.send = send;
    this.uploads = new Uploads((folder) => this.#open && same(folder, this.#folder) && this.#load());
    this.table = new FolderTable({
      href: (entry) => (entry.type === 'folder' ? routeHref(PAGE, [...this.#folder, entry.name]) : downloadHref(this.#path(entry))),
      menu: (entry, button) => this.#menu(entry, button),
      selected: () => this.selection.reflect(this.table.selected.size),
    });
    this.selection = new SelectionBar({
      send: () => this.#send(this.table.chosen),
      move: () => this.#move(this.table.chosen),
      remove: () => this.#remove(this.table.chosen),
      clear: () => { this.table.clear(); this.heading.focus(); },
    });
    this.heading = element('h1', { tabindex: -1 });
    this.picker = element('input', { type: 'file', multiple: true, hidden: true, 'aria-label': t('files.uploadFiles'), onchange: () => this.#picked() });
    this.find = element('input', { hidden: true, type: 'search', class: 'find', 'aria-label': t('files.find'), placeholder: t('files.find'), oninput: () => this.table.find(this.find.value) });
    this.tools = element('div', { class: 'tools' },
      element('button', { type: 'button', class: 'button button-primary', onclick: () => this.picker.click() }, icon('upload', 16), t('files.upload')),
      element('button', { type: 'button', class: 'button', onclick: () => this.#done(askForFolder(this.#files, this.#folder), (/** @type {string} */ name) => t('files.folderCreated', { name: shownName(name) })) }, icon('folderNew', 16), t('files.newFolder')));
    this.way = element('div', { class: 'way' });
    this.empty = element('div', { class: 'empty', role: 'status' });
    const card = element('section', { class: 'card folder', 'aria-label': t('files.folder') }, this.way, this.find, this.selection.node, this.table.node, this.empty);
    this.node.append(element('div', { class: 'page-head' }, this.heading, this.tools, this.picker), this.uploads.node, card);
    acceptFiles(this.node, (files) => this.uploads.add(this.#folder, files));
  }

  /** @param {string} login whose files they are */
  enter(login) {
    if (this.#files.login === login) return;
    this.leave();
    this.#files = new UserFiles(login);
    this.uploads.enter(this.#files);
  }

  /** Nothing of the user stays. */
  leave() {
    this.#files = new UserFiles('');
    this.uploads.clear();
    this.table.show([]);
  }

  /** @param {string[]} folder */
  open(folder) {
    const other = !this.#open || !same(folder, this.#folder);
    this.#open = true;
    this.#folder = folder;
    if (other) {
      this.table.selected.clear();
      this.find.value = '';
      this.table.find('');
    }
    this.#load({ other });
  }

  close() {
    this.#open = false;
    // What is still under way comes too late.
    this.#asked += 1;
  }

  async #load({ other = false } = {}) {
    const asked = ++this.#asked;
    const folder = this.#folder;
    this.way.replaceChildren(crumbs(folder, (names) => ({ href: routeHref(PAGE, names) })));
    this.way.hidden = !folder.length;
    this.heading.textContent = shownName(folder.at(-1) ?? this.title);
    if (other) {
      this.table.node.hidden = true;
      this.#note(t('page.loading'));
    }
    try {
      const entries = await this.#files.list(folder);
      if (asked === this.#asked) this.#show(entries, other);
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    }
  }

  /** @param {Entry[]} entries @param {boolean} other */
  #show(entries, other) {
    this.table.node.hidden = !entries.length;
    this.find.hidden = entries.length < MANY;
    if (this.find.hidden && this.find.value) {
      this.find.value = '';
      this.table.find('');
    }
    this.table.show(entries);
    this.tools.hidden = false;
    if (entries.length) this.#note('');
    else this.#note(t('files.empty'), t('files.emptyAdvice'));
    if (other) announce(t('files.entries', { folder: this.heading.textContent, count: entries.length }));
  }

  /** @param {unknown} error */
  #fail(error) {
    this.table.node.hidden = true;
    this.find.hidden = true;
    // Nothing can be put into a folder that is not there.
    const missing = /** @type {import('../api.js').ApiError} */ (error).status === 404;
    this.tools.hidden = missing;
    this.table.clear();
    const again = missing && this.#folder.length
      ? element('a', { class: 'button', href: routeHref(PAGE) }, t('files.goHome'))
      : element('button', { type: 'button', class: 'button', onclick: () => this.#load({ other: true }) }, t('page.tryAgain'));
    this.#note(said(error), '', again);
  }

  /** @param {string | Node} text @param {string} [detail] @param {HTMLElement | null} [action] */
  #note(text, detail = '', action = null) {
    this.empty.hidden = !text;
    this.empty.replaceChildren(...[text ? element('p', { class: 'empty-text' }, text) : null, detail ? element('p', {}, detail) : null, action].filter((part) => part !== null));
  }

  /** @param {Entry} entry */
  #path(entry) {
    return this.#files.path([...this.#folder, entry.name]);
  }

  /** @param {Entry} entry @param {HTMLElement} button */
  #menu(entry, button) {
    openMenu(button, t('files.actionsFor', { name: shownName(entry.name) }), /** @type {import('../page/menu.js').MenuItem[]} */ ([
      ...(entry.type === 'file' ? [{ label: t('files.download'), symbol: 'download', download: downloadHref(this.#path(entry)) }] : []),
      { label: t('files.send'), symbol: 'mail', act: () => this.#send([entry]) },
      { label: t('files.renameMore'), symbol: 'pencil', act: () => this.#done(askForName(this.#files, this.#folder, entry.name), () => t('files.renamed')) },
      { label: t('files.moveMore'), symbol: 'move', act: () => this.#move([entry]) },
      { label: t('files.deleteMore'), symbol: 'trash', danger: true, act: () => this.#remove([entry]) },
    ]));
  }

  /** @param {Entry[]} entries */
  #send(entries) {
    this.send(entries.map((entry) => ({ path: this.#path(entry), name: entry.name, size: entry.size ?? 0, folder: entry.type === 'folder' })));
    this.table.clear();
  }

  /** @param {Entry[]} entries */
  #move(entries) {
    this.#done(askForPlace(this.#files, this.#folder, entries.map(({ name }) => name)), (/** @type {string[]} */ to) => t('files.moved', { folder: shownName(to.at(-1) ?? this.title) }));
  }

  /** @param {Entry[]} entries */
  #remove(entries) {
    this.#done(askToDelete(this.#files, this.#folder, entries), () => t('files.deleted'));
  }

  /** Also what was given up may have changed something. @template T @param {Promise<T | null>} question @param {(answer: T) => string} said */
  async #done(question, said) {
    const answer = await question;
    if (answer !== null) announce(said(answer));
    await this.#load();
    // The row with the focus may be gone.
    if (document.activeElement === document.body) this.heading.focus();
  }

  #picked() {
    const files = [...this.picker.files ?? []];
    // Else choosing the same file again would be no change.
    this.picker.value = '';
    this.uploads.add(this.#folder, files);
  }
}

/** @param {string[]} one @param {string[]} other */
function same(one, other) {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
