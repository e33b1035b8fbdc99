// What can be done with the files that are selected.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';

export class SelectionBar {
  /** @param {{send: () => void, move: () => void, remove: () => void, clear: () => void}} actions */
  constructor({ send, move, remove, clear }) {
    this.count = element('span', { class: 'selection-count', 'aria-live': 'polite' });
    this.node = element('div', { class: 'selection', role: 'group', 'aria-label': t('files.selectedFiles'), hidden: true },
      this.count,
      button(t('files.send'), 'mail', send),
      button(t('files.moveMore'), 'move', move),
      button(t('files.delete'), 'trash', remove),
      element('button', { type: 'button', class: 'button button-quiet button-icon', 'aria-label': t('files.clearSelection'), onclick: clear }, icon('close')));
  }

  /** @param {number} selected how many */
  reflect(selected) {
    this.node.hidden = selected === 0;
    this.count.textContent = t('files.selected', { count: selected });
  }
}

/** @param {string} label @param {Parameters<typeof icon>[0]} symbol @param {() => void} act */
function button(label, symbol, act) {
  return element('button', { type: 'button', class: 'button', onclick: act }, icon(symbol, 16), label);
}
