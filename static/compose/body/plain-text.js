// A plain-text message.

import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { drawing } from '../../page/icons.js';
import { controlCaret, restoreControlCaret } from '../caret.js';
import { TOOL_ICONS } from './tool-icons.js';

/** Milliseconds that the way to formatting may take without a word about it. */
const DELAY = 1_000;

export class PlainText {
  #timer = 0;
  /** The way to formatting has begun. */
  waiting = false;

  /** @param {{changed: (text: string) => void, rich: () => void}} listener */
  constructor(listener) {
    this.area = element('textarea', { class: 'message', 'aria-label': t('message.label'), placeholder: t('message.placeholder'), dir: 'auto', oninput: () => listener.changed(this.area.value) });
    this.switch = element('button', { type: 'button', class: 'button button-quiet button-small editor-switch', onclick: listener.rich },
      drawing(TOOL_ICONS.rich, 16), t('message.rich'));
    this.status = element('p', { class: 'editor-status', role: 'status' });
    this.node = element('div', { class: 'body-plain' }, element('div', { class: 'editor-tools' }, this.switch, this.status), this.area);
  }

  /** @param {boolean} waiting for formatting */
  wait(waiting) {
    clearTimeout(this.#timer);
    this.waiting = waiting;
    this.switch.setAttribute('aria-disabled', String(waiting));
    this.status.textContent = '';
    if (waiting) this.#timer = setTimeout(() => { this.status.textContent = t('page.loading'); }, DELAY);
  }

  /** @param {string} text */
  show(text) {
    const { selectionStart, selectionEnd, value: before } = this.area;
    // Where an answer is written: above what is quoted and the signature. Who is writing already stays there.
    const writing = this.area === document.activeElement;
    const top = writing ? this.area.scrollTop : 0;
    this.area.value = text;
    this.area.setSelectionRange(writing ? selectionStart : 0, writing ? selectionEnd : 0);
    // What was never shown is at its top, and asking makes the browser lay it out.
    if (before) this.area.scrollTop = top;
  }

  focus() {
    this.area.focus();
  }

  get caret() {
    return this.area === document.activeElement ? { ...controlCaret(this.area), scroll: this.area.scrollTop } : null;
  }

  /** @param {any} caret */
  restoreCaret(caret) {
    restoreControlCaret(this.area, caret);
    this.area.scrollTop = caret.scroll ?? 0;
  }
}
