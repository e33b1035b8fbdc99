// A message with formatting: the frame that it is written in, and the tools above it.

import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { takeFrame } from './frame.js';
import { Toolbar } from './toolbar.js';

export { prepareFrame } from './frame.js';

/** Milliseconds that the frame may take to show the message, and to hand it over. */
const SHOW_LIMIT = 5_000;
const READ_LIMIT = 3_000;

/** @typedef {import('../../editor/protocol.js').ToFrame} ToFrame */
/** @typedef {import('../../editor/protocol.js').ToPage} ToPage */

export class RichText {
  /** @type {import('./frame.js').EditorFrame | null} */
  #frame = null;
  #shown = Promise.resolve();
  #asked = 0;
  /** What questions to the frame wait for. @type {Map<number | undefined, (answer: any) => void>} */
  #answers = new Map();
  /** @type {import('../../editor/protocol.js').Caret | null} */
  #caret = null;

  /**
   * @param {{changed: (html: string) => void, escape: () => void, send: () => void, attach: (files: File[]) => void, plain: () => void}} listener
   */
  constructor(listener) {
    this.listener = listener;
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

  get started() {
    return this.#frame !== null;
  }

  /** @param {{html?: string, text?: string, signature?: string, signed?: boolean, fresh?: boolean}} message in place of what was there */
  show(message) {
    const { listeners } = this.#frame ?? this.#start();
    this.#shown = withLimit(SHOW_LIMIT, new Promise((fulfil) => { listeners.shown = () => fulfil(undefined); }), t('message.notShown'));
    this.#post({ type: 'show', ...message, words: { label: t('message.label'), placeholder: t('message.placeholder') } });
    return this.#shown;
  }

  /** @returns {Promise<{html: string, text: string, formatted: boolean}>} as it goes out */
  async read() {
    await this.#shown;
    return this.#ask({ type: 'read' });
  }

  /** @param {string} html @returns {Promise<string>} as text */
  async textOf(html) {
    if (!this.#frame) this.#start();
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

  close() {
    this.#frame?.close();
    this.toolbar.close();
  }

  #start() {
    const frame = takeFrame(this.place, t('message.label'));
    this.#frame = frame;
    Object.assign(frame.listeners, /** @satisfies {import('./frame.js').EditorFrame['listeners']} */ ({
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
      cycle: ({ back }) => frame.node.dispatchEvent(new KeyboardEvent('keydown', { key: 'F6', shiftKey: back, bubbles: true, cancelable: true })),
      open: ({ href }) => openLink(href),
      linking: (link) => this.#editLink(link),
      files: ({ files }) => this.#take([files].flat().filter((file) => file instanceof File)),
    }));
    return frame;
  }

  /** @param {import('../../editor/protocol.js').Message<ToFrame>} message */
  #post(message) {
    this.#frame?.post(message);
  }

  /** @param {{type: 'read'} | {type: 'convert', html: string}} question @returns {Promise<any>} */
  #ask(question) {
    const id = ++this.#asked;
    const answer = new Promise((fulfil) => this.#answers.set(id, fulfil));
    this.#post({ ...question, id });
    return withLimit(READ_LIMIT, answer, t('message.notRead')).finally(() => this.#answers.delete(id));
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
      const image = await readImage(file);
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
