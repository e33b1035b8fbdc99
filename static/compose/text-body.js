// A plain-text message.

import { element } from '../page/dom.js';
import { controlCaret, restoreControlCaret } from './caret.js';

export class TextBody {
  /** @param {import('./draft.js').Draft} draft */
  constructor(draft) {
    this.node = element('textarea', { class: 'message', 'aria-label': 'Message' });
    this.node.value = draft.body;
    this.node.addEventListener('input', () => { draft.body = this.node.value; });
    this.shown = Promise.resolve();
  }

  get caret() {
    return this.node === document.activeElement ? { ...controlCaret(this.node), scroll: this.node.scrollTop } : null;
  }

  restoreCaret(caret) {
    restoreControlCaret(this.node, caret);
    this.node.scrollTop = caret.scroll ?? 0;
  }

  async flush() {}

  close() {}
}
