// The fields above the message: who asked for it, identity, priority, recipients, subject. They write what is typed into the draft.

import { element } from '../page/dom.js';
import { t } from '../page/language.js';
import { controlCaret, restoreControlCaret } from './caret.js';
import { RecipientField } from './recipients/recipient-field.js';
import { WhoAsked } from './who-asked.js';

const ADDRESS_FIELDS = /** @type {const} */ ([
  { key: 'to', folded: false },
  { key: 'cc', folded: true },
  { key: 'bcc', folded: true },
  { key: 'replyTo', folded: true },
]);
const PRIORITIES = /** @type {const} */ ([[1, 'fields.high'], [3, 'fields.normal'], [5, 'fields.low']]);

/** @typedef {typeof ADDRESS_FIELDS[number]['key']} AddressKey */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

export class Fields {
  /** @type {Record<string, Control>} the form control of each field */
  controls = {};
  /** @type {Partial<Record<AddressKey, RecipientField>>} */
  recipients = {};
  /** Shows an address field that holds nothing yet. @type {Record<string, HTMLElement>} */
  #unfolders = {};

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {import('../identities.js').Identity[]} identities
   * @param {{changed: () => void}} listener
   */
  constructor(draft, identities, { changed }) {
    this.draft = draft;
    this.changed = changed;
    const sender = this.#senderRow(identities);
    const rows = ADDRESS_FIELDS.map((field) => this.#addressRow(field));
    this.whoAsked = draft.by ? new WhoAsked(draft, identities, this.recipients) : null;
    this.nodes = [
      ...(this.whoAsked ? [this.whoAsked.node] : []),
      sender,
      ...rows,
      this.#row('subject', element('input', { value: draft.subject, autocomplete: 'off', dir: 'auto' }), (value) => { draft.subject = value; }),
    ];
  }

  focus() {
    (this.draft.to ? this.controls.subject : this.controls.to).focus();
  }

  /** Where the cursor is, if it is here. */
  get caret() {
    for (const [key, field] of Object.entries(this.recipients)) {
      const { caret } = field;
      if (caret) return { key, ...caret };
    }
    const [key, control] = Object.entries(this.controls).find(([, each]) => each === document.activeElement) ?? [];
    return control ? { key, ...controlCaret(control) } : null;
  }

  /** @param {any} caret @returns {boolean} false: there is no such field */
  restoreCaret(caret) {
    const control = this.controls[caret?.key];
    if (!control) return false;
    const field = this.recipients[/** @type {AddressKey} */ (caret.key)];
    if (field) {
      this.#show(caret.key);
      field.restoreCaret(caret);
    } else restoreControlCaret(control, caret);
    return true;
  }

  /** @param {import('../identities.js').Identity[]} identities */
  #senderRow(identities) {
    const { draft } = this;
    const identity = draft.identity ??= identities[0]?.id ?? null;
    // An account that only sends is not listed, but a program may still have chosen it.
    const known = identity === null || identities.some(({ id }) => id === identity);
    const choices = known ? identities : [...identities, { id: identity, name: t('fields.identityId', { id: identity }) }];
    const sender = element('select', {}, ...choices.map(({ id, name }) => option(id, name, id === identity)));
    const priority = element('select', { id: this.#id('priority'), onchange: () => { draft.priority = /** @type {1 | 3 | 5} */ (Number(priority.value)); } },
      ...PRIORITIES.map(([value, word]) => option(value, t(word), value === (draft.priority ?? 3))));
    const row = this.#row('identity', sender, (value) => { draft.identity = Number(value); });
    sender.addEventListener('change', () => this.whoAsked?.reflect());
    row.append(element('div', { class: 'field-priority' }, element('label', { for: priority.id }, t('fields.priority')), priority));
    return row;
  }

  /** @param {typeof ADDRESS_FIELDS[number]} field */
  #addressRow({ key, folded }) {
    const label = t(`fields.${key}`);
    /** @type {RecipientField} */
    const field = new RecipientField({
      id: this.#id(key), label, text: this.draft[key], whole: this.draft.by !== null,
      changed: (text) => this.#written(key, text),
      others: () => Object.entries(this.recipients).filter(([, other]) => other !== field).map(([name, other]) => ({ label: other.label, field: other, show: () => this.#show(name) })),
    });
    this.recipients[key] = field;
    this.controls[key] = field.input;
    const row = element('div', { class: `field field-recipients field-${key}` }, element('label', { for: field.input.id }, label), ...field.nodes);
    row.hidden = folded && !this.draft[key];
    if (!folded) field.box.after(this.#moreButtons());
    return row;
  }

  /** @param {AddressKey} key @param {string} text */
  #written(key, text) {
    if (this.draft[key] === text) return;
    this.draft[key] = text;
    this.whoAsked?.reflect();
    this.changed();
  }

  /** Buttons that show the fields that hold nothing yet. */
  #moreButtons() {
    for (const { key, folded } of ADDRESS_FIELDS) {
      if (!folded || this.draft[key]) continue;
      const label = t(`fields.${key}`);
      this.#unfolders[key] = element('button', { type: 'button', class: 'button button-quiet', 'aria-label': t('fields.show', { field: label }), onclick: () => {
        this.#show(key);
        this.controls[key].focus();
      } }, label);
    }
    return element('div', { class: 'field-more' }, ...Object.values(this.#unfolders));
  }

  /** @param {string} key of an address field */
  #show(key) {
    /** @type {HTMLElement} */ (this.controls[key].closest('.field')).hidden = false;
    this.#unfolders[key]?.remove();
  }

  /** @param {'identity' | 'subject'} key @param {Control} control @param {(value: string) => void} write */
  #row(key, control, write) {
    control.id = this.#id(key);
    control.addEventListener('input', () => write(control.value));
    this.controls[key] = control;
    return element('div', { class: `field field-${key}` }, element('label', { for: control.id }, t(`fields.${key}`)), control);
  }

  /** @param {string} key */
  #id(key) {
    return `${key}-${this.draft.id}`;
  }
}

/** @param {number} value @param {string} name @param {boolean} selected */
function option(value, name, selected) {
  return element('option', { value, selected }, name);
}
