// The fields above the message: identity, priority, recipients, subject. They write what is typed into the draft.

import { element } from '../page/dom.js';
import { controlCaret, restoreControlCaret } from './caret.js';

const ADDRESS_FIELDS = [
  { key: 'to', label: 'To', folded: false },
  { key: 'cc', label: 'Cc', folded: true },
  { key: 'bcc', label: 'Bcc', folded: true },
  { key: 'replyTo', label: 'Reply-To', folded: true },
];
const PRIORITIES = [[1, 'High'], [3, 'Normal'], [5, 'Low']];

export class Fields {
  /** @type {Record<string, any>} the form control of each field */
  controls = {};

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {{id: number, name: string}[]} identities
   */
  constructor(draft, identities) {
    this.draft = draft;
    this.nodes = [
      this.#senderRow(identities),
      ...ADDRESS_FIELDS.map((field) => this.#addressRow(field)),
      this.#row('subject', 'Subject', element('input', { value: draft.subject, autocomplete: 'off' })),
    ];
  }

  focus() {
    (this.draft.to ? this.controls.subject : this.controls.to).focus();
  }

  /** Where the cursor is, if it is here. */
  get caret() {
    const [key, control] = Object.entries(this.controls).find(([, each]) => each === document.activeElement) ?? [];
    return control ? { key, ...controlCaret(control) } : null;
  }

  /** @returns {boolean} false: there is no such field */
  restoreCaret(caret) {
    const control = this.controls[caret.key];
    if (!control) return false;
    control.closest('.field').hidden = false;
    restoreControlCaret(control, caret);
    return true;
  }

  #senderRow(identities) {
    const { draft } = this;
    draft.identity ??= identities[0]?.id ?? null;
    // An account that only sends is not listed, but a program may still have chosen it.
    const known = draft.identity === null || identities.some(({ id }) => id === draft.identity);
    const choices = known ? identities : [...identities, { id: draft.identity, name: `Identity ${draft.identity}` }];
    const sender = element('select', {}, ...choices.map(({ id, name }) => option(id, name, id === draft.identity)));
    const priority = element('select', { id: this.#id('priority'), onchange: () => { draft.priority = /** @type {1 | 3 | 5} */ (Number(priority.value)); } },
      ...PRIORITIES.map(([value, name]) => option(value, name, value === (draft.priority ?? 3))));
    const row = this.#row('identity', 'From', sender, (value) => Number(value));
    row.append(element('div', { class: 'field-priority' }, element('label', { for: priority.id }, 'Priority'), priority));
    return row;
  }

  #addressRow({ key, label, folded }) {
    const control = element('textarea', { rows: 1, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', inputmode: 'email' });
    control.value = this.draft[key];
    const row = this.#row(key, label, control);
    row.hidden = folded && !this.draft[key];
    if (!folded) row.append(this.#unfolders());
    return row;
  }

  /** Buttons that show the fields that hold nothing yet. */
  #unfolders() {
    const buttons = ADDRESS_FIELDS.filter(({ key, folded }) => folded && !this.draft[key]).map(({ key, label }) => {
      const button = element('button', { type: 'button', class: 'button button-quiet', 'aria-label': `Show ${label}` }, label);
      button.addEventListener('click', () => {
        this.controls[key].closest('.field').hidden = false;
        this.controls[key].focus();
        button.remove();
      });
      return button;
    });
    return element('div', { class: 'field-more' }, ...buttons);
  }

  #row(key, label, control, read = (value) => value) {
    control.id = this.#id(key);
    control.addEventListener('input', () => { this.draft[key] = read(control.value); });
    this.controls[key] = control;
    return element('div', { class: `field field-${key}` }, element('label', { for: control.id }, label), control);
  }

  #id(key) {
    return `${key}-${this.draft.id}`;
  }
}

function option(value, name, selected) {
  return element('option', { value, selected }, name);
}
