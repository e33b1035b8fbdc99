// A plain-text message.

import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { drawing } from '../../page/icons.js';
import { controlCaret, restoreControlCaret } from '../caret.js';
import { TOOL_ICONS } from './tool-icons.js';

export class PlainText {
  /** @param {{changed: (text: string) => void, rich: () => void}} listener */
  constructor(listener) {
    this.area = element('textarea', { class: 'message', 'aria-label': t('message.label'), placeholder: t('message.placeholder'), dir: 'auto', oninput: () => listener.changed(this.area.value) });
    const button = element('button', { type: 'button', class: 'button button-quiet button-small editor-switch', onclick: listener.rich },
      drawing(TOOL_ICONS.rich, 16), t('message.rich'));
    this.node = element('div', { class: 'body-plain' }, element('div', { class: 'editor-tools' }, button), this.area);
  }

  /** @param {string} text */
  show(text) {
    const first = this.area.value === '';
    this.area.value = text;
    // Where an answer is written: above what is quoted and the signature.
    this.area.setSelectionRange(0, 0);
    // What was never shown is at its top, and asking makes the browser lay it out.
    if (!first) this.area.scrollTop = 0;
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
