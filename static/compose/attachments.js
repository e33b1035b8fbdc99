// The attachments of one window: a list with progress, and the uploads behind it.

import { request, resolve } from '../api.js';
import { downloadHref, namesOf } from '../files/paths.js';
import { humanSize } from '../page/bytes.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';
import { routeHref } from '../page/route.js';
import { attachmentOf } from './draft.js';
import { upload } from './upload.js';

/**
 * @typedef {import('./draft.js').Attachment} Attachment
 *
 * @typedef {object} Work what cannot be stored, and so is kept beside the draft
 * @property {HTMLElement} item
 * @property {HTMLProgressElement} bar
 * @property {File} [file] missing after a reload
 * @property {ReturnType<typeof upload>} [running]
 */

export class Attachments {
  /** @type {Map<Attachment, Work>} */
  #work = new Map();

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {() => void} changed
   */
  constructor(draft, changed) {
    this.draft = draft;
    this.changed = changed;
    this.node = element('ul', { class: 'attachments', 'aria-label': t('attachments.title') });
    this.picker = element('input', { type: 'file', multiple: true, hidden: true, 'aria-label': t('attachments.attachFiles'), onchange: () => this.#picked() });
    for (const attachment of draft.attachments) {
      if (attachment.state === 'uploading') {
        Object.assign(attachment, { state: 'failed', problem: t('attachments.reloaded') });
      }
      this.node.append(this.#item(attachment));
    }
  }

  get uploading() {
    return this.draft.attachments.some(({ state }) => state === 'uploading');
  }

  get failed() {
    return this.draft.attachments.some(({ state }) => state === 'failed');
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      const attachment = { name: file.name, size: file.size, type: file.type, own: true };
      this.draft.attachments.push(attachment);
      this.node.append(this.#item(attachment));
      this.#start(attachment, file);
    }
  }

  /** @param {{path: string, name: string, size: number, folder: boolean}[]} files of the user's own */
  addOwn(files) {
    const known = new Set(this.draft.attachments.map(({ location }) => location));
    for (const attachment of files.map(attachmentOf).filter(({ location }) => !known.has(location))) {
      this.draft.attachments.push(attachment);
      this.node.append(this.#item(attachment));
    }
    this.changed();
  }

  /** @param {string | undefined} location */
  removeAt(location) {
    const found = this.draft.attachments.find((attachment) => attachment.location === location);
    if (found) this.#remove(found);
  }

  choose() {
    this.#replaced = null;
    this.picker.click();
  }

  /** Stops uploads, and deletes from the server what was uploaded here: the message is not wanted. */
  discard() {
    this.draft.attachments.forEach((attachment) => this.#drop(attachment));
  }

  /** The failed attachment that a file is being chosen for. @type {Attachment | null} */
  #replaced = null;

  #picked() {
    const files = [...this.picker.files ?? []];
    // Else choosing the same file again would be no change.
    this.picker.value = '';
    if (files.length && this.#replaced) this.#remove(this.#replaced);
    this.#replaced = null;
    this.add(files);
  }

  /** @param {Attachment} attachment @param {File} file */
  #start(attachment, file) {
    const work = this.#workOf(attachment);
    Object.assign(attachment, { state: 'uploading', problem: undefined });
    const running = upload(file, (share) => { this.#workOf(attachment).bar.value = share; });
    this.#work.set(attachment, { ...work, file, running });
    this.#refresh(attachment);
    running.location.then(
      (location) => Object.assign(attachment, { location, state: undefined }),
      (error) => Object.assign(attachment, { state: 'failed', problem: error.message }),
    ).then(() => this.#refresh(attachment));
  }

  /** @param {Attachment} attachment */
  #refresh(attachment) {
    const { item: old } = this.#workOf(attachment);
    const focused = old.contains(document.activeElement);
    const item = this.#item(attachment);
    old.replaceWith(item);
    if (focused) item.querySelector('button')?.focus();
    this.changed();
  }

  /** @param {Attachment} attachment */
  #remove(attachment) {
    const { item } = this.#workOf(attachment);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    this.#drop(attachment);
    this.draft.attachments.splice(this.draft.attachments.indexOf(attachment), 1);
    next?.querySelector('button')?.focus();
    item.remove();
    this.#work.delete(attachment);
    this.changed();
  }

  /** @param {Attachment} attachment */
  #drop(attachment) {
    this.#workOf(attachment).running?.cancel();
    if (!attachment.own || !attachment.location) return;
    // An upload that stays behind expires by itself.
    request('DELETE', pathOf(attachment.location)).catch(() => {});
  }

  /** @param {Attachment} attachment */
  #workOf(attachment) {
    return /** @type {Work} */ (this.#work.get(attachment));
  }

  /** @param {Attachment} attachment */
  #item(attachment) {
    const { size, state, problem, folder } = attachment;
    const name = shownName(attachment.name);
    const file = this.#work.get(attachment)?.file;
    const bar = element('progress', { max: 1, value: 0, 'aria-label': t('attachments.uploadOf', { name }) });
    /** @param {string} label @param {() => void} act @param {...Node} content */
    const button = (label, act, ...content) => element('button', {
      type: 'button', class: content.length ? 'button button-quiet button-icon' : 'button button-small', 'aria-label': content.length ? label : null, title: content.length ? label : null, onclick: act,
    }, ...(content.length ? content : [label]));
    const remove = () => this.#remove(attachment);
    const item = element('li', { class: 'attachment', 'data-state': state ?? 'stored' },
      icon(folder ? 'folder' : 'file', 16),
      element('span', { class: 'attachment-name', title: name },
        linked(attachment, element('bdi', {}, name)),
        Number.isFinite(size) && !folder ? element('span', { class: 'attachment-size' }, humanSize(size)) : null),
      element('span', { class: 'attachment-actions' },
        state === 'failed' && file ? button(t('attachments.retry'), () => this.#start(attachment, file)) : null,
        state === 'failed' && !file ? button(t('attachments.chooseFile'), () => { this.#replaced = attachment; this.picker.click(); }) : null,
        button(t(state === 'uploading' ? 'attachments.cancelUpload' : 'attachments.remove', { name }), remove, icon('close', 16))),
      state === 'uploading' ? bar : null,
      state === 'failed' ? element('span', { class: 'attachment-error', role: 'alert' }, problem) : null);
    this.#work.set(attachment, { ...this.#work.get(attachment), item, bar });
    return item;
  }
}

/** What is stored can be looked at. @param {Attachment} attachment @param {HTMLElement} text */
function linked({ location, name, folder }, text) {
  if (location?.startsWith('/mail/attachments/')) return element('a', { href: `${resolve(pathOf(location))}?download`, download: name }, text);
  if (!location?.startsWith('/home/')) return text;
  return folder ? element('a', { href: routeHref('files', namesOf(location)) }, text) : element('a', { href: downloadHref(location), download: name }, text);
}

/** A location is decoded text: what is special in a URL must be encoded again. @param {string} location */
function pathOf(location) {
  return location.split('/').map(encodeURIComponent).join('/');
}
