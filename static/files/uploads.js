// Uploads into folders: a few at a time, each with progress and a way to stop it. They go on while other folders and
// pages are shown.

import { announce } from '../page/announce.js';
import { element } from '../page/dom.js';
import { t } from '../page/language.js';
import { toast } from '../page/toast.js';
import { freeName } from './paths.js';
import { uploadItem } from './upload-item.js';

/** At a time. */
const MOST = 3;

/** @typedef {import('./upload-item.js').Upload} Upload */

export class Uploads {
  /** @type {Upload[]} */
  #uploads = [];
  #done = 0;
  /** @type {Parameters<typeof uploadItem>[1]} */
  #actions = {
    retry: (upload) => this.#wait(upload),
    replace: (upload) => this.#wait(upload),
    keepBoth: (upload) => this.#keepBoth(upload),
    remove: (upload) => this.#remove(upload),
  };

  /** @param {(folder: string[]) => void} stored something new is in a folder */
  constructor(stored) {
    /** @type {import('./user-files.js').UserFiles | null} */
    this.files = null;
    this.stored = stored;
    this.title = element('h2', { id: 'uploads-title' });
    this.replaceAll = element('button', { type: 'button', class: 'button button-small', onclick: () => this.#existing().forEach((upload) => this.#wait(upload)) }, t('files.replaceAll'));
    this.stopAll = element('button', { type: 'button', class: 'button button-small', onclick: () => this.clear() }, t('files.cancelAll'));
    this.list = element('ul', { class: 'uploads-list', 'aria-labelledby': 'uploads-title' });
    this.node = element('section', { class: 'uploads', 'aria-labelledby': 'uploads-title', hidden: true },
      element('div', { class: 'card-head' }, this.title, element('span', { class: 'uploads-actions' }, this.replaceAll, this.stopAll)), this.list);
    addEventListener('beforeunload', (event) => this.#running().length && event.preventDefault());
  }

  /** @param {import('./user-files.js').UserFiles} files whose files they are */
  enter(files) {
    this.files = files;
  }

  /** @param {string[]} folder @param {Iterable<File>} files */
  add(folder, files) {
    for (const file of files) {
      /** @type {Upload} */
      const upload = { folder, file, name: file.name, state: 'waiting', replaces: null };
      this.#uploads.push(upload);
      upload.node = uploadItem(upload, this.#actions);
      this.list.append(upload.node);
    }
    this.#go();
  }

  /** Stops them all. */
  clear() {
    this.#uploads.forEach(({ cancel }) => cancel?.());
    this.#uploads = [];
    this.#done = 0;
    this.list.replaceChildren();
    this.#reflect();
  }

  #running() {
    return this.#uploads.filter(({ state }) => state === 'uploading');
  }

  #existing() {
    return this.#uploads.filter(({ state, replaces }) => state === 'exists' && replaces);
  }

  /** @param {Upload} upload */
  #wait(upload) {
    this.#become(upload, { state: 'waiting', problem: '' });
    this.#go();
  }

  #go() {
    const free = MOST - this.#running().length;
    this.#uploads.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, free)).forEach((upload) => this.#start(upload));
    this.#reflect();
  }

  /** @param {Upload} upload */
  async #start(upload) {
    const { files } = this;
    if (!files) return;
    const { answer, cancel } = files.put([...upload.folder, upload.name], upload.file, {
      replaces: upload.replaces,
      progress: (share) => { if (upload.bar) upload.bar.value = share; },
    });
    this.#become(upload, { state: 'uploading', cancel });
    try {
      await answer;
      this.#drop(upload);
      this.#done += 1;
      this.stored(upload.folder);
    } catch (error) {
      const { status, message } = /** @type {import('../api.js').ApiError} */ (error);
      /** @type {Partial<Upload>} */
      const next = status === 412 ? await this.#taken(upload) : { state: 'failed', problem: message };
      if (this.#uploads.includes(upload)) this.#become(upload, { ...next, cancel: () => {} });
    }
    this.#go();
  }

  /** Something of this name is there, or is another one by now. @param {Upload} upload @returns {Promise<Partial<Upload>>} */
  async #taken(upload) {
    try {
      const found = (await this.#listed(upload)).find(({ name }) => name.normalize() === upload.name.normalize());
      // Gone again.
      if (!found) return { state: 'waiting', replaces: null };
      if (found.type === 'folder') return { state: 'exists', replaces: null, problem: t('files.folderTaken') };
      const problem = t(upload.replaces ? 'files.changedMeanwhile' : 'files.fileTaken');
      return { state: 'exists', replaces: found.etag, problem };
    } catch (error) {
      return { state: 'failed', problem: /** @type {Error} */ (error).message };
    }
  }

  /** What is in its folder. @param {Upload} upload */
  async #listed(upload) {
    return this.files ? this.files.list(upload.folder) : [];
  }

  /** @param {Upload} upload */
  async #keepBoth(upload) {
    try {
      const taken = new Set((await this.#listed(upload)).map(({ name }) => name));
      this.#become(upload, { name: freeName(upload.name, taken), replaces: null });
      this.#wait(upload);
    } catch (error) {
      this.#become(upload, { state: 'failed', problem: /** @type {Error} */ (error).message });
    }
  }

  /** @param {Upload} upload @param {Partial<Upload>} changes */
  #become(upload, changes) {
    Object.assign(upload, changes);
    const focused = upload.node?.contains(document.activeElement);
    const node = uploadItem(upload, this.#actions);
    upload.node?.replaceWith(node);
    upload.node = node;
    if (focused) node.querySelector('button')?.focus();
    this.#reflect();
  }

  /** @param {Upload} upload */
  #remove(upload) {
    upload.cancel?.();
    const next = upload.node?.nextElementSibling ?? upload.node?.previousElementSibling;
    this.#drop(upload);
    next?.querySelector('button')?.focus();
    this.#go();
  }

  /** @param {Upload} upload */
  #drop(upload) {
    this.#uploads = this.#uploads.filter((other) => other !== upload);
    upload.node?.remove();
  }

  #reflect() {
    const total = this.#done + this.#uploads.length;
    const busy = this.#uploads.some(({ state }) => state === 'waiting' || state === 'uploading');
    this.title.textContent = busy
      ? t('files.uploading', { number: Math.min(this.#done + 1, total), total }) : t('files.notUploaded', { count: this.#uploads.length });
    this.node.hidden = !this.#uploads.length;
    this.replaceAll.hidden = this.#existing().length < 2;
    this.stopAll.textContent = t(busy ? 'files.cancelAll' : 'files.removeAll');
    this.stopAll.hidden = this.#uploads.length < 2;
    if (this.#uploads.length) return;
    if (this.#done) this.#tell(t('files.uploaded', { count: this.#done }));
    this.#done = 0;
  }

  /** Who looks at the folder sees it there. @param {string} text */
  #tell(text) {
    if (this.node.closest('main')?.hidden) toast(text);
    else announce(text);
  }
}
