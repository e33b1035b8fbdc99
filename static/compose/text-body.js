// A plain-text message.

import { element } from '../page/dom.js';

export class TextBody {
  /** @param {import('./draft.js').Draft} draft */
  constructor(draft) {
    this.node = element('textarea', { class: 'message', 'aria-label': 'Message' });
    this.node.value = draft.body;
    this.node.addEventListener('input', () => { draft.body = this.node.value; });
    this.shown = Promise.resolve();
  }

  async flush() {}

  close() {}
}
