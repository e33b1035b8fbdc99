// Files that go back to the one who shared: chosen or dropped, each with progress, one after the other.

import { Transfer } from './transfer.js';
import { problem, progress, t } from './words.js';

export class Uploads {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.list = /** @type {HTMLElement} */ (place.querySelector('.transfers'));
    this.input = /** @type {HTMLInputElement} */ (place.querySelector('input'));
    this.last = Promise.resolve();
    this.under = 0;
    place.hidden = false;
    this.input.addEventListener('change', () => {
      this.add([...this.input.files ?? []]);
      this.input.value = '';
    });
    // A file that misses its place must not replace the page.
    window.addEventListener('dragover', (event) => this.over(event, true));
    window.addEventListener('dragleave', (event) => this.over(event, event.relatedTarget !== null));
    window.addEventListener('drop', (event) => {
      this.over(event, false);
      const files = [...event.dataTransfer?.files ?? []];
      this.add(this.input.multiple ? files : files.slice(0, 1));
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.under > 0) event.preventDefault();
    });
  }

  /** @param {DragEvent} event @param {boolean} is */
  over(event, is) {
    if (![...event.dataTransfer?.types ?? []].includes('Files')) return;
    event.preventDefault();
    this.place.toggleAttribute('data-over', is);
  }

  /** @param {File[]} files */
  add(files) {
    if (!this.input.multiple) this.list.replaceChildren();
    for (const file of files) {
      const upload = new Upload(this, file);
      this.queue(upload);
    }
  }

  /** @param {Upload} upload */
  queue(upload) {
    if (upload.queued) return;
    upload.queued = true;
    this.under += 1;
    this.last = this.last.then(async () => {
      upload.queued = false;
      const stored = await upload.run();
      this.under -= 1;
      // The page then shows what there is now.
      if (stored && this.under === 0 && !this.list.querySelector('[data-state="failed"]')) location.reload();
    });
  }
}

class Upload {
  /** @param {Uploads} uploads @param {File} file */
  constructor(uploads, file) {
    this.uploads = uploads;
    this.file = file;
    this.transfer = new Transfer(uploads.list, file.name, file.size);
    this.cancelled = false;
    this.queued = false;
    /** @type {XMLHttpRequest | null} */
    this.request = null;
    this.transfer.cancellable(() => this.cancel());
  }

  cancel() {
    this.cancelled = true;
    if (this.request) this.request.abort();
    else this.ended(t('cancelled'));
  }

  /** @returns {Promise<boolean>} whether it was stored */
  run() {
    if (this.cancelled) return Promise.resolve(false);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      /** @param {string} words */
      const fail = (words) => {
        this.request = null;
        this.ended(words);
        resolve(false);
      };
      request.upload.addEventListener('progress', ({ loaded, total }) => {
        this.transfer.moved(loaded, total, loaded < total ? progress(loaded, total) : t('storing'));
      });
      request.addEventListener('load', () => {
        if (request.status !== 201 && request.status !== 204) return fail(problem(request.status));
        // What is replaced next is this version.
        const tag = request.getResponseHeader('ETag');
        if (this.uploads.place.dataset.tag && tag) this.uploads.place.dataset.tag = tag;
        this.transfer.done(t('uploaded'));
        resolve(true);
      });
      request.addEventListener('error', () => fail(problem(0)));
      request.addEventListener('abort', () => fail(t('cancelled')));
      request.open('PUT', this.path());
      request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
      request.setRequestHeader('Content-Type', this.file.type || 'application/octet-stream');
      if (this.uploads.place.dataset.tag) request.setRequestHeader('If-Match', this.uploads.place.dataset.tag);
      this.request = request;
      request.send(this.file);
    });
  }

  /** The file itself, or its name in the folder. */
  path() {
    const { path, tag } = this.uploads.place.dataset;
    return tag && path ? path : `${path}/${encodeURIComponent(this.file.name)}`;
  }

  /** @param {string} words */
  ended(words) {
    this.transfer.failed(words, () => {
      this.cancelled = false;
      this.transfer.cancellable(() => this.cancel());
      this.uploads.queue(this);
    });
  }
}
