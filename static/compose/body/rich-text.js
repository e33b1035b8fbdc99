// A message with formatting: the frame that it is written in, and the tools above it.

import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { takeFrame } from './frame.js';
import { Toolbar } from './toolbar.js';

export { prepareFrame } from './frame.js';

/** Milliseconds that a frame which is ready may take to show the message, and to hand it over. */
const SHOW_LIMIT = 10_000;
const READ_LIMIT = 10_000;

/** @typedef {import('../../editor/protocol.js').ToFrame} ToFrame */
/** @typedef {import('../../editor/protocol.js').ToPage} ToPage */

export class RichText {
  /** @type {import('./frame.js').EditorFrame | null} */
  #frame = null;
  /** @type {Promise<void>} */
  #shown = Promise.resolve();
  /** What messages to be shown wait for, the oldest first. @type {(() => void)[]} */
  #showing = [];
  #holds = false;
  #asked = 0;
  /** What questions to the frame wait for. @type {Map<number | undefined, (answer: any) => void>} */
  #answers = new Map();
  /** @type {import('../../editor/protocol.js').Caret | null} */
  #caret = null;

  /**
   * @param {object} listener
   * @param {(html: string) => void} listener.changed
   * @param {() => void} listener.escape
   * @param {() => void} listener.send
   * @param {(files: File[]) => void} listener.attach what is no image for the text
   * @param {() => void} [listener.plain] wants plain text; missing: there is no such tool
   * @param {{label: string, placeholder: string}} words
   * @param {import('./images.js').Limits} [images]
   */
  constructor(listener, words, images) {
    this.listener = listener;
    this.words = words;
    this.images = images;
    this.toolbar = new Toolbar({
      command: (name, value) => this.#post({ type: 'command', name, value }),
      link: () => this.#link(),
      image: () => this.#chooseImages(),
      plain: listener.plain,
      leave: () => this.focus(),
    });
    this.place = element('div', { class: 'message-place' });
    this.node = element('div', { class: 'body-rich' }, this.toolbar.node, this.place);
  }

  /** Whether there is a message in it, or on its way into it. */
  get started() {
    return this.#holds && this.#frame?.failed === false;
  }

  get focused() {
    return this.node.contains(document.activeElement);
  }

  /**
   * @param {{html?: string, text?: string, signature?: string, signed?: boolean, fresh?: boolean}} message in place of what was there
   * @returns {Promise<void>} rejected: it is not shown, see `drop`
   */
  show(message) {
    const frame = this.#start();
    this.#holds = true;
    const shown = new Promise((fulfil) => this.#showing.push(() => fulfil(undefined)));
    frame.post({ type: 'show', ...message, words: this.words });
    this.#shown = frame.ready.then(() => withLimit(SHOW_LIMIT, shown, t('message.notShown')));
    this.#shown.catch(() => {});
    return this.#shown;
  }

  /** @returns {Promise<{html: string, text: string, formatted: boolean}>} as it goes out */
  async read() {
    await this.#shown;
    return this.#ask({ type: 'read' });
  }

  /** @param {string} html @returns {Promise<string>} as text */
  async textOf(html) {
    const { text } = await this.#ask({ type: 'convert', html });
    return text;
  }

  /** @param {string} before @param {string} after */
  swapSignature(before, after) {
    this.#post({ type: 'signature', before, after });
  }

  focus() {
    this.#frame?.node.focus({ preventScroll: true });
    this.#post({ type: 'focus' });
  }

  get caret() {
    return this.#frame && this.#frame.node === document.activeElement ? { ...this.#caret } : null;
  }

  /** @param {import('../../editor/protocol.js').Caret} caret */
  restoreCaret(caret) {
    this.focus();
    if (Number.isInteger(caret.start)) this.#shown.then(() => this.#post({ type: 'caret', caret }), () => {});
  }

  /** Gives up the frame, with all that is in it. */
  drop() {
    this.#frame?.close();
    this.#frame = null;
    this.#showing = [];
    this.#holds = false;
  }

  close() {
    this.drop();
    this.toolbar.close();
  }

  /** @returns {import('./frame.js').EditorFrame} */
  #start() {
    if (this.#frame?.failed) this.drop();
    if (this.#frame) return this.#frame;
    const frame = takeFrame(this.place, this.words.label);
    this.#frame = frame;
    Object.assign(frame.listeners, /** @satisfies {import('./frame.js').EditorFrame['listeners']} */ ({
      shown: () => this.#showing.shift()?.(),
      changed: ({ html }) => this.listener.changed(html),
      content: (answer) => this.#answer(answer),
      converted: (answer) => this.#answer(answer),
      marks: ({ marks, caret }) => {
        this.#caret = caret ?? this.#caret;
        this.toolbar.reflect(marks);
      },
      interaction: () => this.node.dispatchEvent(new Event('interaction', { bubbles: true })),
      escape: () => this.listener.escape(),
      send: () => this.listener.send(),
      cycle: ({ back }) => this.#press({ key: 'F6', shiftKey: back }),
      undoSend: () => this.#press({ key: 'z', code: 'KeyZ', altKey: true }),
      open: ({ href }) => openLink(href),
      linking: (link) => this.#editLink(link),
      files: ({ files }) => this.#take([files].flat().filter((file) => file instanceof File)),
    }));
    return frame;
  }

  /** The page hears of a key that is its own. @param {KeyboardEventInit} key */
  #press(key) {
    this.#frame?.node.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true }));
  }

  /** @param {import('../../editor/protocol.js').Message<ToFrame>} message */
  #post(message) {
    this.#frame?.post(message);
  }

  /** @param {{type: 'read'} | {type: 'convert', html: string}} question @returns {Promise<any>} */
  async #ask(question) {
    const frame = this.#start();
    const id = ++this.#asked;
    const answer = new Promise((fulfil) => this.#answers.set(id, fulfil));
    frame.post({ ...question, id });
    try {
      await frame.ready;
      return await withLimit(READ_LIMIT, answer, t('message.notRead'));
    } finally {
      this.#answers.delete(id);
    }
  }

  /** @param {ToPage['content' | 'converted']} answer */
  #answer(answer) {
    this.#answers.get(answer.id)?.(answer);
  }

  #link() {
    // The frame knows what is selected.
    this.#post({ type: 'command', name: 'link' });
  }

  /** @param {ToPage['linking']} link */
  async #editLink(link) {
    const { askForLink } = await import('./link-dialog.js');
    const wanted = await askForLink(link);
    this.focus();
    if (wanted) this.#post({ type: 'link', ...wanted });
  }

  #chooseImages() {
    const picker = element('input', { type: 'file', accept: 'image/png,image/jpeg,image/gif,image/webp', multiple: true, onchange: () => this.#take([...picker.files ?? []]) });
    picker.click();
  }

  /** Images go into the text, as long as they are small enough; the rest is attached. @param {File[]} files */
  async #take(files) {
    const { readImage } = await import('./images.js');
    /** @type {File[]} */
    const others = [];
    for (const file of files) {
      const image = await readImage(file, this.images);
      if (image) this.#post({ type: 'image', ...image });
      else others.push(file);
    }
    if (others.length) this.listener.attach(others);
  }
}

/** Only on a click: the browser knows of the one in the frame. @param {string} href */
function openLink(href) {
  if (!/^(https?|mailto):/i.test(href) || navigator.userActivation?.isActive === false) return;
  window.open(href, '_blank', 'noopener,noreferrer');
}

/** @template T @param {number} limit @param {Promise<T>} promise @param {string} message @returns {Promise<T>} */
function withLimit(limit, promise, message) {
  let timer = 0;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(message)), limit); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
