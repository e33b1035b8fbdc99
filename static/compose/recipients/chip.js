// One recipient as a chip: its name, what is wrong with it, and the button that removes it.

import { element } from '../../page/dom.js';
import { icon } from '../../page/icons.js';
import { t } from '../../page/language.js';
import { chipWords } from './problems.js';
import { fullName, shortName } from './recipient.js';

export class Chip {
  #warned = '';

  /**
   * @param {import('./recipient.js').Recipient} recipient
   * @param {{whole: boolean, remove: (chip: Chip) => void}} options `whole`: the address is shown beside the name
   */
  constructor(recipient, { whole, remove }) {
    this.recipient = recipient;
    const { problem, disguise } = recipient;
    this.label = whole ? fullName(recipient) : shortName(recipient);
    this.words = element('span', { class: 'visually-hidden' });
    this.mark = element('span', { class: 'chip-mark' });
    this.cell = element('span', { class: 'chip-cell', role: 'gridcell', tabindex: -1, 'aria-selected': 'false' },
      this.mark, element('bdi', { class: 'chip-name', 'aria-hidden': 'true' }, this.label), this.words);
    const button = element('button', { type: 'button', class: 'chip-remove', tabindex: -1, 'aria-label': t('recipients.remove', { name: this.label }), onclick: (event) => {
      event.stopPropagation();
      remove(this);
    } }, icon('close', 14));
    this.node = element('span', { class: 'chip', role: 'row', title: recipient.text, draggable: 'true' }, this.cell, element('span', { role: 'gridcell', class: 'chip-end' }, button));
    this.node.toggleAttribute('data-wrong', Boolean(problem));
    this.node.toggleAttribute('data-disguised', Boolean(disguise));
    this.#reflect();
  }

  get selected() {
    return this.cell.getAttribute('aria-selected') === 'true';
  }

  set selected(selected) {
    this.cell.setAttribute('aria-selected', String(selected));
    this.node.toggleAttribute('data-selected', selected);
  }

  /** @param {string} why what the person should know before sending; empty: nothing */
  warn(why) {
    if (why === this.#warned) return;
    this.#warned = why;
    this.node.toggleAttribute('data-warned', Boolean(why));
    this.#reflect();
  }

  focus() {
    this.cell.focus({ preventScroll: false });
  }

  #reflect() {
    const { problem, disguise } = this.recipient;
    this.mark.replaceChildren(...(problem || disguise || this.#warned ? [icon('warning', 14)] : []));
    this.words.textContent = [chipWords(this.recipient), this.#warned].filter(Boolean).join('. ');
  }
}
