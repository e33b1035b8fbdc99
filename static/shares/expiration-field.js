// How long shares stay open: a day, all of it included, or as long as somebody opens them now and then.

import { dayFromToday } from '../page/dates.js';
import { element, whenChosen } from '../page/dom.js';
import { t } from '../page/language.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Days from today that a person who wants a day probably means. */
const USUAL = 14;

export class ExpirationField {
  /**
   * @param {{id: string, value: string | null, by?: string, changed?: () => void}} options
   *   `value`: a day, none, or what a program has given, such as "+2days"; `by`: that program
   */
  constructor({ id, value, by = '', changed = () => {} }) {
    const day = value && DAY.test(value) ? value : '';
    this.given = value && !day ? value : null;
    this.select = element('select', { id, class: 'input' },
      element('option', { value: 'none' }, t('shares.unused')),
      element('option', { value: 'day' }, t('shares.throughDay')),
      this.given ? element('option', { value: 'given' }, t('shares.givenBy', { value: this.given, by })) : null);
    this.select.value = this.given ? 'given' : day ? 'day' : 'none';
    this.day = element('input', { type: 'date', class: 'input', 'aria-label': t('shares.lastDay'), min: dayFromToday(0) });
    this.day.value = day || dayFromToday(USUAL);
    this.node = element('span', { class: 'expiration' }, this.select, this.day);
    whenChosen(this.node, () => {
      this.#reflect();
      changed();
    });
    this.#reflect();
  }

  /** @returns {string | null} empty: a day is wanted, but none is entered */
  get value() {
    if (this.select.value === 'day') return this.day.value;
    return this.select.value === 'given' ? this.given : null;
  }

  focus() {
    this.select.focus();
  }

  #reflect() {
    this.day.hidden = this.select.value !== 'day';
  }
}
