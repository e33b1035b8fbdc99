// What can be done with the files that are selected.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';

export class SelectionBar {
  /** @param {{send: () => void, move: () => void, remove: () => void, clear: () => void}} actions */
  constructor({ send, move, remove, clear }) {
    this.count = element('span', { class: 'selection-count', 'aria-live': 'polite' });
    this.node = element('div', { class: 'selection', role: 'group', 'aria-label': 'Selected files', hidden: true },
      this.count,
      button('Send by mail', 'mail', send),
      button('Move…', 'move', move),
      button('Delete', 'trash', remove),
      element('button', { type: 'button', class: 'button button-quiet button-icon', 'aria-label': 'Clear selection', onclick: clear }, icon('close')));
  }

  /** @param {number} selected how many */
  reflect(selected) {
    this.node.hidden = selected === 0;
    this.count.textContent = `${selected} selected`;
  }
}

function button(label, symbol, act) {
  return element('button', { type: 'button', class: 'button', onclick: act }, icon(symbol, 16), label);
}
