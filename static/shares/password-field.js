// The password of shares: typed or suggested, shown or hidden, copied. One that is set already can be kept, changed or
// taken away; nobody can read it again.

import { copyText } from '../page/copy.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { randomPassword } from './random-password.js';

export const PASSWORD_LOST = t('shares.passwordLost');

export class PasswordField {
  /**
   * @param {{id: string, value: string | null, kept: string, lost?: boolean, changed?: () => void}} options
   *   `value`: null for none, or for the one that is kept; `kept`: says that there is one already, or is empty;
   *   `lost`: one was typed before a reload
   */
  constructor({ id, value, kept, lost = false, changed = () => {} }) {
    this.kept = kept;
    this.lost = lost;
    this.changed = changed;
    this.input = element('input', { id, class: 'input password-hidden', type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 256, 'aria-describedby': `${id}-hint`, oninput: () => this.#typed() });
    this.input.value = value ?? '';
    this.show = button(t('shares.showPassword'), () => this.#reveal(this.input.classList.contains('password-hidden')), icon('eye', 16));
    this.copyLabel = element('span', {}, t('page.copy'));
    this.copy = element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.copyPassword'), onclick: () => this.#copy() }, icon('copy', 14), this.copyLabel);
    this.suggest = element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.suggestPassword'), onclick: () => this.#suggest() }, t('shares.suggest'));
    this.typing = element('span', { class: 'password-typing' }, this.input, this.show, this.suggest, this.copy);
    this.keptWords = element('span');
    this.keptText = element('span', { class: 'password-kept' }, icon('lock', 16), this.keptWords);
    this.change = element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.changePassword'), onclick: () => this.#become('', true) }, t('shares.changeShort'));
    this.remove = element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.removePassword'), onclick: () => (kept ? this.#become('', false) : this.#become(null, true)) }, t('shares.removeShort'));
    this.keep = element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.keepPassword'), onclick: () => this.#become(null, false) }, t('shares.keepShort'));
    this.keeping = element('span', { class: 'password-keeping' }, this.keptText, this.change, this.remove, this.keep);
    this.hint = element('small', { class: 'hint', id: `${id}-hint`, 'aria-live': 'polite' });
    this.node = element('span', { class: 'password' }, this.keeping, this.typing, this.hint);
    this.#value = value;
    this.#typingNow = !kept || lost || Boolean(value);
    this.#reflect();
  }

  /** @type {string | null} */
  #value = null;
  #typingNow = false;

  /** @returns {string | null} null: none, or the one that was kept; empty: none any more */
  get value() {
    return this.#value;
  }

  focus() {
    (this.#typingNow ? this.input : this.change).focus();
  }

  /** @param {string | null} value @param {boolean} typing */
  #become(value, typing) {
    this.lost = false;
    this.input.value = value ?? '';
    this.#value = value;
    this.#typingNow = typing;
    this.#reflect();
    if (typing) this.input.focus();
    else (value === null ? this.change : this.keep).focus();
    this.changed();
  }

  #typed() {
    this.lost = false;
    this.#value = this.input.value || (this.kept ? '' : null);
    this.#reflect();
    this.changed();
  }

  #suggest() {
    this.input.value = randomPassword();
    this.#reveal(true);
    this.#typed();
  }

  /** @param {boolean} shown */
  #reveal(shown) {
    // As `type=password` the browser would offer to keep it as the person's own for this site.
    this.input.classList.toggle('password-hidden', !shown);
    this.show.title = t(shown ? 'shares.hidePassword' : 'shares.showPassword');
    this.show.setAttribute('aria-label', this.show.title);
    this.show.replaceChildren(icon(shown ? 'eyeOff' : 'eye', 16));
  }

  #copy() {
    copyText(this.input.value, this.copyLabel, () => {
      this.#reveal(true);
      this.input.select();
    });
  }

  #reflect() {
    const removed = Boolean(this.kept) && !this.#typingNow && this.#value === '';
    this.typing.hidden = !this.#typingNow;
    this.keeping.hidden = !this.kept && !this.lost;
    this.keptText.hidden = this.#typingNow;
    this.keptWords.textContent = removed ? t('shares.passwordWillGo') : this.kept;
    this.change.hidden = this.#typingNow;
    this.remove.hidden = removed || (this.#typingNow && !this.lost);
    this.keep.hidden = !this.kept || (this.#value === null && !this.#typingNow);
    this.copy.hidden = !this.input.value;
    this.hint.textContent = this.#hintNow();
  }

  #hintNow() {
    if (this.lost) return PASSWORD_LOST;
    if (this.input.value) return t('shares.passwordNotInMail');
    return this.kept && this.#typingNow ? t('shares.passwordNoMore') : '';
  }
}

/** @param {string} label @param {() => void} act @param {Node} symbol */
function button(label, act, symbol) {
  return element('button', { type: 'button', class: 'button button-quiet button-icon', 'aria-label': label, title: label, onclick: act }, symbol);
}
