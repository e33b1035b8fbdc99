// The section "Password": another one, by somebody who knows the present one.

import { request } from '../api.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { toast } from '../page/toast.js';
import { Field } from './field.js';

/** Characters that the server demands, and from which on a password counts as good and as strong. */
const LEAST = 8;
const GOOD = 12;
const STRONG = 16;

export class PasswordSection {
  id = 'password';

  constructor() {
    // A password manager wants to know whose password that is.
    this.login = element('input', { type: 'text', name: 'username', autocomplete: 'username', class: 'visually-hidden', tabindex: -1, 'aria-hidden': 'true', readonly: true });
    this.current = passwordField('password-current', t('password.current'), 'current-password');
    this.next = passwordField('password-new', t('password.new'), 'new-password', t('password.hint', { least: LEAST }));
    this.again = passwordField('password-again', t('password.again'), 'new-password');
    this.strength = element('p', { class: 'strength', role: 'status' });
    this.next.input.addEventListener('input', () => this.#judge());
    this.error = element('p', { class: 'form-error', role: 'alert' });
    this.submit = element('button', { type: 'submit', class: 'button button-primary' }, t('password.change'));
    this.form = element('form', { class: 'setting-form setting-narrow', novalidate: true, 'aria-labelledby': 'settings-password-title', onsubmit: (event) => this.#submit(event) },
      this.login, this.current.node, this.next.node, this.strength, this.again.node, this.error,
      element('div', { class: 'setting-actions' }, this.submit));
    this.note = element('p', { class: 'card-note' }, t('password.about'));
    this.node = element('section', { class: 'card setting-card', 'aria-labelledby': 'settings-password-title' },
      element('h2', { id: 'settings-password-title' }, t('password.title')), this.note, this.form);
  }

  async open() {
    this.#empty();
    try {
      const { user, passwordHere } = await request('GET', 'me');
      this.login.value = user.login;
      this.form.hidden = !passwordHere;
      this.note.textContent = t(passwordHere ? 'password.about' : 'password.elsewhere');
    } catch {
      // The form says what is wrong when it is used.
    }
  }

  #judge() {
    const { length } = [...this.next.value];
    const grade = !length ? '' : length < LEAST ? 'short' : length < GOOD ? 'fair' : length < STRONG ? 'good' : 'strong';
    this.strength.dataset.grade = grade;
    this.strength.textContent = grade ? t(`password.${grade}`) : '';
  }

  /** What is wrong, before the server is asked. @returns {{field: Field, why: string} | null} */
  #problem() {
    const [current, next, again] = [this.current.value, this.next.value, this.again.value];
    if (!current) return { field: this.current, why: t('password.missing') };
    if ([...next].length < LEAST) return { field: this.next, why: t('password.tooShort', { least: LEAST }) };
    if (next === current) return { field: this.next, why: t('password.same') };
    if (again !== next) return { field: this.again, why: t('password.differs') };
    return null;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.submit.disabled) return;
    this.error.textContent = '';
    const problem = this.#problem();
    if (problem) {
      point(problem);
      return;
    }
    this.submit.disabled = true;
    try {
      await request('POST', 'me/password', { json: { current: this.current.value, new: this.next.value } });
      this.#empty();
      toast(t('password.changed'), { detail: t('password.changedDetail') });
      this.submit.focus();
    } catch (error) {
      const { details, message } = /** @type {import('../api.js').ApiError} */ (error);
      const at = details?.attribute;
      if (at === 'current') point({ field: this.current, why: t('password.wrong') });
      else if (at === 'new') point({ field: this.next, why: message });
      else this.error.textContent = message;
    } finally {
      this.submit.disabled = false;
    }
  }

  #empty() {
    for (const field of [this.current, this.next, this.again]) {
      field.input.value = '';
      field.wrong('');
    }
    this.error.textContent = '';
    this.#judge();
  }
}

/** @param {string} id @param {string} label @param {'current-password' | 'new-password'} autocomplete @param {string} [hint] */
function passwordField(id, label, autocomplete, hint = '') {
  const input = element('input', { type: 'password', class: 'input', autocomplete, autocapitalize: 'none', spellcheck: 'false', maxlength: 1024 });
  const reveal = () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    name(hidden);
  };
  const button = element('button', { type: 'button', class: 'button button-quiet button-icon', onclick: reveal });
  const name = (/** @type {boolean} */ shown) => {
    const word = `${label}: ${t(shown ? 'password.hide' : 'password.show')}`;
    button.setAttribute('aria-label', word);
    button.title = word;
    button.replaceChildren(icon(shown ? 'eyeOff' : 'eye'));
  };
  name(false);
  return new Field({ id, label, input, hint, beside: [button] });
}

/** @param {{field: Field, why: string}} problem */
function point({ field, why }) {
  field.wrong(why);
  field.input.focus();
}
