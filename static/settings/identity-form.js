// One identity, being changed: its parts, its signature, and how both will look.

import { element } from '../page/dom.js';
import { ask } from '../page/dialog.js';
import { t } from '../page/language.js';
import { Field } from './field.js';

/** What `GET /me/identities` calls them, from top to bottom. */
const LINES = /** @type {const} */ (['name', 'org', 'label', 'replyTo']);
/** Characters that the server takes. */
const LINE_MAX = 255;
const SIGNATURE_MAX = 65_536;
/** Roughly how the server tells HTML from text; it alone decides. */
const TAG = /<\/?(?:a|b|br|div|em|font|h[1-4]|hr|i|img|li|ol|p|small|span|strong|table|u|ul)(?:\s[^>]*)?\/?>/i;

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
    const signature = element('textarea', { class: 'input setting-text', dir: 'auto', rows: 6, maxlength: SIGNATURE_MAX, spellcheck: 'true' });
    signature.value = identity.signature ?? '';
    this.fields.signature = new Field({ id: id('signature'), label: t('identities.signature'), hint: t('identities.signatureHint'), input: signature });
    this.from = element('p', { class: 'preview-from', dir: 'auto' });
    this.below = element('pre', { class: 'preview-text', dir: 'auto' });
    this.error = element('p', { class: 'form-error', role: 'alert' });
    this.submit = element('button', { type: 'submit', class: 'button button-primary' }, t('settings.save'));
    const title = t('identities.editName', { name: identity.email });
    this.node = element('form', { class: 'setting-form', novalidate: true, 'aria-label': title, onsubmit: (event) => this.#submit(event), oninput: () => this.#reflect() },
      element('h3', { dir: 'auto' }, identity.email),
      ...Object.values(this.fields).map((field) => field.node),
      element('div', { class: 'preview', role: 'group', 'aria-label': t('identities.preview') }, element('p', { class: 'label' }, t('identities.preview')), this.from, this.below),
      this.error,
      element('div', { class: 'setting-actions' }, this.submit, element('button', { type: 'button', class: 'button', onclick: () => this.#giveUp() }, t('page.cancel'))));
    this.#reflect();
  }

  /** Whether there is anything to lose. */
  get isChanged() {
    return Object.keys(this.#change()).length > 0;
  }

  focus() {
    const { input } = this.fields.name;
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  /** What differs from the identity. */
  #change() {
    const names = /** @type {const} */ ([...LINES, 'signature']);
    const now = names.map((name) => ({ name, value: name === 'signature' ? this.fields[name].value.trimEnd() : this.fields[name].value.trim() }));
    return Object.fromEntries(now.filter(({ name, value }) => value !== (this.identity[name] ?? '').trimEnd()).map(({ name, value }) => [name, value]));
  }

  #reflect() {
    const { name, signature } = this.fields;
    this.from.textContent = name.value.trim() ? `${name.value.trim()} <${this.identity.email}>` : this.identity.email;
    const text = signature.value.trimEnd();
    this.below.textContent = !text ? t('identities.noSignature') : TAG.test(text) ? t('identities.isHtml') : `-- \n${text}`;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.submit.disabled) return;
    const { replyTo } = this.fields;
    if (!replyTo.input.checkValidity()) {
      replyTo.wrong(t('identities.replyToWrong'));
      replyTo.input.focus();
      return;
    }
    this.submit.disabled = true;
    this.error.textContent = '';
    try {
      await this.save(this.#change());
    } catch (error) {
      const { details, message } = /** @type {import('../api.js').ApiError} */ (error);
      const field = this.fields[details?.attribute];
      if (field) {
        field.wrong(message);
        field.input.focus();
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
