// A download with progress in the page. Up to a size it is gathered as a Blob; beyond that it goes straight into a file
// where the browser can do that, and else is the browser's own.

import { Transfer } from './transfer.js';
import { problem, progress, t } from './words.js';

const GATHERED_MAX = 256 * 1024 * 1024;

export class Download {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.link = /** @type {HTMLAnchorElement} */ (place.querySelector('a'));
    this.name = place.dataset.name ?? '';
    this.size = Number(place.dataset.size);
    this.busy = false;
    const streams = this.size <= GATHERED_MAX || 'showSaveFilePicker' in window;
    if (streams) this.link.addEventListener('click', (event) => this.clicked(event));
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    // Whoever wants it in another tab, or under another name, gets what the browser does.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!this.busy) this.begin();
  }

  async begin() {
    this.busy = true;
    try {
      const target = await this.target();
      if (target) await this.run(target);
    } finally {
      this.busy = false;
    }
  }

  /** Where the bytes go; null: the person has not chosen a file. */
  async target() {
    if (this.size <= GATHERED_MAX) return new Gathered(this.name);
    try {
      const file = await window.showSaveFilePicker({ suggestedName: this.name });
      return new Written(await file.createWritable());
    } catch {
      return null;
    }
  }

  /** @param {Gathered | Written} target */
  async run(target) {
    const list = /** @type {HTMLElement} */ (this.place.querySelector('.transfers'));
    list.replaceChildren();
    const transfer = new Transfer(list, this.name, this.size);
    let received = 0;
    const attempt = async () => {
      const abort = new AbortController();
      transfer.cancellable(() => abort.abort());
      try {
        // What has come already is not asked for again, unless the file is another one by now.
        /** @type {Record<string, string>} */
        const headers = { 'X-Requested-With': 'XMLHttpRequest' };
        if (received > 0) Object.assign(headers, { Range: `bytes=${received}-`, 'If-Range': this.place.dataset.tag });
        const response = await fetch(this.link.href, { headers, signal: abort.signal, cache: 'no-store' });
        if (!response.ok) throw new Refused(response.status);
        if (received > 0 && response.status !== 206) {
          received = 0;
          await target.restart();
        }
        const expected = received + Number(response.headers.get('Content-Length') ?? this.size - received);
        const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          await target.add(value);
          received += value.byteLength;
          transfer.moved(received, expected, progress(received, expected));
        }
        if (received < expected) throw new Refused(0);
        await target.finish();
        transfer.done(t('downloaded'));
      } catch (error) {
        if (/** @type {Error} */ (error).name === 'AbortError') transfer.failed(t('cancelled'), attempt);
        else transfer.failed(problem(error instanceof Refused ? error.status : 0), attempt);
      }
    };
    await attempt();
  }
}

class Refused extends Error {
  /** @param {number} status 0: no answer */
  constructor(status) {
    super();
    this.status = status;
  }
}

/** Bytes that become a file of the downloads folder at the end. */
class Gathered {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    this.parts = [];
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  add(bytes) {
    this.parts.push(bytes);
  }

  restart() {
    this.parts = [];
  }

  finish() {
    // Never with the type of the file: an object URL is of this page's origin.
    const url = URL.createObjectURL(new Blob(this.parts, { type: 'application/octet-stream' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = this.name;
    link.click();
    this.parts = [];
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}

/** Bytes that go to a file that the person has chosen. */
class Written {
  /** @param {any} stream a FileSystemWritableFileStream */
  constructor(stream) {
    this.stream = stream;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  add(bytes) {
    return this.stream.write(bytes);
  }

  async restart() {
    await this.stream.truncate(0);
    await this.stream.seek(0);
  }

  finish() {
    return this.stream.close();
  }
}
