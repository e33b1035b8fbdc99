// The section "People you have written to": who is suggested when a recipient is typed, to be looked through and erased.

import { request } from '../api.js';
import { forgetKnown } from '../compose/recipients/known.js';
import { announce } from '../page/announce.js';
import { ask } from '../page/dialog.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { locale, t } from '../page/language.js';
import { shownName } from '../page/names.js';
import { toast } from '../page/toast.js';

/** As many as are shown; whoever looks for another one types. */
const MOST = 200;
/** Milliseconds from the last key to asking. */
const PAUSE = 150;
const DAY = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });

export class KnownRecipients {
  id = 'known-recipients';
  #timer = 0;
  #asked = 0;

  constructor() {
    this.count = element('p', { class: 'card-note', role: 'status' });
    this.search = element('input', { type: 'search', class: 'find', 'aria-label': t('known.search'), placeholder: t('known.search'), autocomplete: 'off', spellcheck: 'false', oninput: () => this.#searchSoon() });
    this.erase = element('button', { type: 'button', class: 'button', onclick: () => this.#eraseAll() }, icon('trash', 16), t('known.eraseAll'));
    this.list = element('ul', { class: 'known-list', 'aria-labelledby': `${this.id}-title` });
    this.node = element('section', { class: 'card', id: this.id, 'aria-labelledby': `${this.id}-title` },
      element('h2', { id: `${this.id}-title` }, t('known.title')),
      element('p', { class: 'card-note' }, t('known.about')),
      element('div', { class: 'known-head' }, this.search, this.erase),
      this.count, this.list);
  }

  open() {
    this.#load();
  }

  #searchSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), PAUSE);
  }

  async #load() {
    const asked = this.#asked += 1;
    const query = this.search.value.trim();
    try {
      const { recipients, count } = await request('GET', `me/recipients?q=${encodeURIComponent(query)}&limit=${MOST}`);
      if (asked === this.#asked) this.#show(recipients, count, query);
    } catch (error) {
      if (asked === this.#asked) this.count.textContent = `${t('known.notLoaded')} ${/** @type {Error} */ (error).message}`;
    }
  }

  /** @param {import('../compose/recipients/known.js').KnownRecipient[]} people @param {number} count of all @param {string} query */
  #show(people, count, query) {
    this.count.textContent = !count ? t('known.none') : query && !people.length ? t('known.noMatch') : t('known.count', { count });
    this.erase.disabled = !count;
    this.search.disabled = !count;
    this.list.replaceChildren(...people.map((person) => this.#row(person)));
  }

  /** @param {import('../compose/recipients/known.js').KnownRecipient} person */
  #row(person) {
    const { name, address, mails, lastUsed } = person;
    const called = shownName(name || address);
    const row = element('li', { class: 'known-person' },
      element('div', { class: 'known-who' }, element('bdi', {}, called), name ? element('bdi', { class: 'card-note' }, shownName(address)) : null),
      element('span', { class: 'known-use' }, t('known.mails', { count: mails, when: DAY.format(new Date(lastUsed)) })),
      element('button', { type: 'button', class: 'button button-quiet button-icon', 'aria-label': t('known.remove', { name: called }), title: t('known.remove', { name: called }), onclick: () => this.#remove(person, row) }, icon('close', 16)));
    return row;
  }

  /** @param {import('../compose/recipients/known.js').KnownRecipient} person @param {HTMLElement} row */
  async #remove({ address, name }, row) {
    try {
      await forgetKnown(address);
    } catch (error) {
      toast(t('known.failed'), { warning: /** @type {Error} */ (error).message });
      return;
    }
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector('button') ?? this.search).focus();
    announce(t('recipients.forgotten', { name: shownName(name || address) }));
    this.#load();
  }

  async #eraseAll() {
    const erased = await ask({
      title: t('known.eraseTitle'), content: [element('p', {}, t('known.eraseText'))], submit: t('known.eraseAll'), danger: true,
      act: () => request('DELETE', 'me/recipients'),
    });
    if (!erased) return;
    this.search.value = '';
    toast(t('known.erased'));
    this.#load();
  }
}
