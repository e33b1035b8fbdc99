// A labelled field of a form, with a place for what is wrong with it.

import { element } from '../page/dom.js';

export class Field {
  /**
   * @param {object} options
   * @param {string} options.id @param {string} options.label @param {HTMLInputElement | HTMLTextAreaElement} options.input
   * @param {string} [options.hint] @param {Node[]} [options.beside] further controls in the same line
   */
  constructor({ id, label, input, hint = '', beside = [] }) {
    this.input = input;
    this.error = element('p', { class: 'field-error', id: `${id}-error`, role: 'alert' });
    const hintNode = hint ? element('small', { class: 'hint', id: `${id}-hint` }, hint) : null;
    input.id = id;
    input.setAttribute('aria-describedby', [hintNode?.id, this.error.id].filter(Boolean).join(' '));
    input.addEventListener('input', () => this.wrong(''));
    this.node = element('div', { class: 'dialog-field' }, element('label', { for: id }, label),
      beside.length ? element('div', { class: 'field-line' }, input, ...beside) : input, hintNode, this.error);
  }

  get value() {
    return this.input.value;
  }

  focus() {
    this.input.focus();
  }

  /** @param {string | Node} why empty: nothing */
  wrong(why) {
    this.error.replaceChildren(why);
    if (why) this.input.setAttribute('aria-invalid', 'true');
    else this.input.removeAttribute('aria-invalid');
  }
}
