// The section "Identities": how one is shown to the recipients of one's mail.

import { request } from '../api.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';
import { toast } from '../page/toast.js';
import { IdentityForm } from './identity-form.js';

/**
 * As `GET /me/identities` tells it.
 * @typedef {object} OwnIdentity
 * @property {number} id @property {string} display @property {string} email @property {string} name @property {string} org
 * @property {string} label @property {string | null} replyTo @property {string | null} signature @property {boolean} default
 */

export class Identities {
  id = 'identities';
  #user = 0;
  /** @type {Map<number, IdentityForm>} the open ones */
  #forms = new Map();

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.list = element('ul', { class: 'setting-items' });
    this.note = element('p', { class: 'card-note', role: 'status' });
    this.node = element('section', { class: 'card setting-card', 'aria-labelledby': 'settings-identities-title' },
      element('h2', { id: 'settings-identities-title' }, t('identities.title')),
      element('p', { class: 'card-note' }, t('identities.about')),
      this.note, this.list);
    addEventListener('beforeunload', (event) => {
      if ([...this.#forms.values()].some((form) => form.isChanged)) event.preventDefault();
    });
  }

  async open() {
    try {
      const { user, identities } = await request('GET', 'me/identities');
      // What another user has begun is not this one's.
      if (user.id !== this.#user) [...this.#forms.keys()].forEach((id) => this.#close(id));
      this.#user = user.id;
      this.#show(identities);
    } catch (error) {
      this.note.textContent = `${t('settings.notLoaded')} ${/** @type {Error} */ (error).message}`;
    }
  }

  /** @param {OwnIdentity[]} identities */
  #show(identities) {
    this.note.textContent = identities.length ? '' : t('identities.none');
    // What is being edited stays where it is: a frame that is moved loads anew.
    const kept = (/** @type {number} */ id) => (this.#forms.has(id) ? this.list.querySelector(`[data-identity="${id}"]`) : null);
    const items = identities.map((identity) => kept(identity.id) ?? this.#item(identity));
    [...this.list.children].filter((item) => !items.includes(item)).forEach((item) => item.remove());
    items.forEach((item, at) => this.list.children[at] === item || this.list.insertBefore(item, this.list.children[at] ?? null));
  }

  /** @param {number} id */
  #close(id) {
    this.#forms.get(id)?.close();
    this.#forms.delete(id);
  }

  /** @param {OwnIdentity} identity */
  #item(identity) {
    const called = shownName(identity.name || identity.email);
    const edit = element('button', { type: 'button', class: 'button', 'aria-label': t('identities.editName', { name: identity.email }), onclick: () => this.#edit(identity, item) }, icon('pencil', 16), t('identities.edit'));
    const first = element('button', { type: 'button', class: 'button button-quiet', hidden: identity.default, 'aria-label': t('identities.makeDefaultName', { name: identity.email }), onclick: () => this.#makeDefault(identity) }, t('identities.makeDefault'));
    const item = element('li', { class: 'setting-item', 'data-identity': identity.id },
      element('div', { class: 'setting-what' },
        element('p', { class: 'setting-name' }, element('bdi', {}, called), identity.label ? element('bdi', { class: 'badge' }, shownName(identity.label)) : null,
          identity.default ? element('span', { class: 'badge badge-good' }, t('identities.default')) : null),
        element('p', { class: 'setting-detail' }, element('bdi', {}, identity.email), identity.org ? element('bdi', {}, ` · ${shownName(identity.org)}`) : null),
        element('p', { class: 'setting-detail' }, t(identity.signature ? 'identities.hasSignature' : 'identities.noSignature'))),
      element('div', { class: 'setting-do' }, first, edit));
    return item;
  }

  /** @param {OwnIdentity} identity @param {HTMLElement} item */
  #edit(identity, item) {
    const form = new IdentityForm(identity, {
      save: async (change) => {
        await request('PATCH', `me/identities/${identity.id}`, { json: change });
        await this.#leave(identity);
        toast(t('identities.saved'));
        this.changed();
      },
      giveUp: () => this.#leave(identity),
    });
    this.#forms.set(identity.id, form);
    item.replaceChildren(form.node);
    form.open();
  }

  /** @param {OwnIdentity} identity */
  async #leave({ id }) {
    this.#close(id);
    await this.open();
    this.#focus(id);
  }

  /** @param {OwnIdentity} identity */
  async #makeDefault({ id, email }) {
    try {
      await request('PATCH', `me/identities/${id}`, { json: { default: true } });
    } catch (error) {
      toast(t('settings.notSaved'), { warning: /** @type {Error} */ (error).message });
      return;
    }
    await this.open();
    toast(t('identities.madeDefault', { name: email }));
    this.#focus(id);
    this.changed();
  }

  /** @param {number} id */
  #focus(id) {
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = this.list.querySelectorAll(`[data-identity="${id}"] button`);
    buttons[buttons.length - 1]?.focus();
  }
}
