// The sign-in form. It appears on a first visit and whenever the server no longer knows the session.

import { request } from './api.js';
import { byId } from './page/dom.js';
import { embedded, mayFocus } from './page/in-view.js';
import { t } from './page/language.js';
import { said } from './page/server-words.js';

export class SignIn {
  /** @param {(user: {login: string, name: string}) => Promise<void>} signedIn */
  constructor(signedIn) {
    this.signedIn = signedIn;
    this.section = byId('sign-in');
    this.form = byId('sign-in-form');
    this.error = byId('sign-in-error');
    byId('sign-in-demo').hidden = document.documentElement.dataset.demo !== 'true';
    this.form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** @param {{login?: string, hint?: string}} [options] `login` is filled in */
  show({ login = '', hint } = {}) {
    this.error.textContent = '';
    if (hint) byId('sign-in-hint').textContent = hint;
    if (login) this.form.login.value = login;
    this.section.hidden = false;
    if (mayFocus()) (this.form.login.value ? this.form.password : this.form.login).focus();
  }

  hide() {
    this.section.hidden = true;
    this.form.password.value = '';
  }

  async #submit() {
    const button = /** @type {HTMLButtonElement} */ (this.form.querySelector('button'));
    if (button.disabled) return;
    this.error.textContent = '';
    button.disabled = true;
    let entered = false;
    try {
      const { user } = await request('POST', 'login', { json: { login: this.form.login.value.trim(), password: this.form.password.value, embedded } });
      entered = true;
      await this.signedIn(user);
    } catch (error) {
      // The password was right, and yet nobody is signed in: the browser keeps no cookie for a frame of this page.
      this.error.replaceChildren(embedded && entered && /** @type {import('./api.js').ApiError} */ (error).status === 401 ? t('embed.blocked') : said(error));
      this.form.password.select();
    } finally {
      button.disabled = false;
    }
  }
}
