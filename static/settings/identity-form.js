// One identity, being changed: its parts and its signature.

import { element } from '../page/dom.js';
import { ask } from '../page/dialog.js';
import { t } from '../page/language.js';
import { Field } from './field.js';
import { SignatureField } from './signature-field.js';

/** What `GET /me/identities` calls them, from top to bottom. */
const LINES = /** @type {const} */ (['name', 'org', 'label', 'replyTo']);
/** Characters that the server takes. */
const LINE_MAX = 255;

export class IdentityForm {
  /**
   * @param {import('./identities.js').OwnIdentity} identity
   * @param {{save: (change: object) => Promise<void>, giveUp: () => void}} actions
   */
  constructor(identity, { save, giveUp }) {
    this.identity = identity;
    this.save = save;
    this.giveUp = giveUp;
    const id = (/** @type {string} */ name) => `identity-${identity.id}-${name}`;
    this.fields = Object.fromEntries(LINES.map((name) => [name, new Field({
      id: id(name), label: t(`identities.${name}`), hint: name === 'label' ? t('identities.labelHint') : name === 'replyTo' ? t('identities.replyToHint') : '',
      input: element('input', { type: name === 'replyTo' ? 'email' : 'text', class: 'input', dir: 'auto', maxlength: LINE_MAX, value: identity[name] ?? '', autocomplete: 'off' }),
    })]));
    this.signature = new SignatureField({ id: id('signature'), signature: identity.signature ?? '', send: () => this.node.requestSubmit() });
    this.from = element('p', { class: 'preview-from', dir: 'auto' });
    this.error = element('p', { class: 'form-error', role: 'alert' });
    this.submit = element('button', { type: 'submit', class: 'button button-primary' }, t('settings.save'));
    const title = t('identities.editName', { name: identity.email });
    this.node = element('form', { class: 'setting-form', novalidate: true, 'aria-label': title, onsubmit: (event) => this.#submit(event), oninput: () => this.#reflect() },
      element('h3', { dir: 'auto' }, identity.email),
      ...Object.values(this.fields).map((field) => field.node),
      this.signature.node,
      element('div', { class: 'preview', role: 'group', 'aria-label': t('identities.preview') }, element('p', { class: 'label' }, t('identities.preview')), this.from),
      this.error,
      element('div', { class: 'setting-actions' }, this.submit, element('button', { type: 'button', class: 'button', onclick: () => this.#giveUp() }, t('page.cancel'))));
    this.#reflect();
  }

  /** Whether there is anything to lose. */
  get isChanged() {
    return this.signature.isChanged || Object.keys(this.#change()).length > 0;
  }

  /** It is in its place in the document. */
  open() {
    this.signature.open();
    this.focus();
  }

  close() {
    this.signature.close();
  }

  focus() {
    const { input } = this.fields.name;
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  /** The lines that differ from the identity. */
  #change() {
    const now = LINES.map((name) => ({ name, value: this.fields[name].value.trim() }));
    return Object.fromEntries(now.filter(({ name, value }) => value !== (this.identity[name] ?? '').trimEnd()).map(({ name, value }) => [name, value]));
  }

  #reflect() {
    const { name } = this.fields;
    this.from.textContent = name.value.trim() ? `${name.value.trim()} <${this.identity.email}>` : this.identity.email;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.submit.disabled) return;
    const { replyTo } = this.fields;
    if (!replyTo.input.checkValidity()) {
      replyTo.wrong(t('identities.replyToWrong'));
      replyTo.focus();
      return;
    }
    this.submit.disabled = true;
    this.error.textContent = '';
    try {
      const signature = await this.signature.read();
      await this.save({ ...this.#change(), ...(signature === null ? {} : { signature }) });
    } catch (error) {
      const { details, message } = /** @type {import('../api.js').ApiError} */ (error);
      const attribute = details?.attribute;
      const field = attribute === 'signature' ? this.signature : this.fields[attribute];
      if (field) {
        field.wrong(message);
        field.focus();
      } else this.error.textContent = message;
    } finally {
      this.submit.disabled = false;
    }
  }

  async #giveUp() {
    const sure = !this.isChanged || await ask({ title: t('identities.dropTitle'), content: [element('p', {}, t('identities.dropText'))], submit: t('identities.drop'), danger: true, act: async () => true });
    if (sure) this.giveUp();
  }
}
