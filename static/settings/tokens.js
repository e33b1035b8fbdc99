// The section "Tokens": what lets programs in, in place of the password.

import { request } from '../api.js';
import { announce } from '../page/announce.js';
import { longTime, shortTime } from '../page/dates.js';
import { ask } from '../page/dialog.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';
import { scopesInWords } from './scopes.js';

/**
 * As `GET /me/tokens` tells it.
 * @typedef {object} Token
 * @property {number} id @property {string} remark @property {string[]} scopes @property {string} created
 * @property {string | null} until @property {string | null} lastUsed
 */

export class Tokens {
  id = 'tokens';

  constructor() {
    this.note = element('p', { class: 'card-note', role: 'status' });
    this.list = element('ul', { class: 'setting-items', 'aria-labelledby': 'settings-tokens-title' });
    this.create = element('button', { type: 'button', class: 'button button-primary', onclick: () => this.#create() }, icon('plus', 16), t('tokens.create'));
    this.node = element('section', { class: 'card setting-card', 'aria-labelledby': 'settings-tokens-title' },
      element('h2', { id: 'settings-tokens-title' }, t('tokens.title')),
      element('p', { class: 'card-note' }, t('tokens.about')), this.note, this.list,
      element('div', { class: 'setting-actions' }, this.create));
  }

  async open() {
    try {
      /** @type {{tokens: Token[]}} */
      const { tokens } = await request('GET', 'me/tokens');
      this.note.textContent = tokens.length ? '' : t('tokens.none');
      this.list.replaceChildren(...tokens.map((token) => this.#item(token)));
    } catch (error) {
      this.note.textContent = `${t('settings.notLoaded')} ${/** @type {Error} */ (error).message}`;
    }
  }

  /** @param {Token} token */
  #item(token) {
    const name = nameOf(token);
    const ended = token.until !== null && new Date(token.until) <= new Date();
    const until = token.until === null ? t('tokens.noEnd') : t(ended ? 'tokens.ended' : 'tokens.until', { when: shortTime(new Date(token.until)) });
    const used = token.lastUsed ? t('tokens.used', { when: longTime(new Date(token.lastUsed)) }) : t('tokens.unused');
    return element('li', { class: 'setting-item' },
      element('span', { class: 'setting-icon' }, icon('key', 22)),
      element('div', { class: 'setting-what' },
        element('p', { class: 'setting-name' }, element('bdi', {}, name), ended ? element('span', { class: 'badge' }, t('tokens.endedBadge')) : null),
        element('p', { class: 'setting-detail' }, scopesInWords(token.scopes)),
        element('p', { class: 'setting-detail' }, `${used} · ${until}`)),
      element('div', { class: 'setting-do' },
        element('button', { type: 'button', class: 'button', 'aria-label': t('tokens.revokeName', { name }), onclick: () => this.#revoke(token) }, t('tokens.revoke'))));
  }

  async #create() {
    const { askForToken, showToken } = await import('./token-dialog.js');
    const made = await askForToken();
    if (!made) return;
    await this.open();
    await showToken(made);
    this.create.focus();
  }

  /** @param {Token} token */
  async #revoke(token) {
    const name = nameOf(token);
    const revoked = await ask({
      title: t('tokens.revokeTitle', { name }), content: [element('p', {}, t('tokens.revokeText'))], submit: t('tokens.revoke'), danger: true,
      act: () => request('DELETE', `me/tokens/${token.id}`),
    });
    if (!revoked) return;
    announce(t('tokens.revoked', { name }));
    await this.open();
    this.create.focus();
  }
}

/** @param {Token} token */
function nameOf({ id, remark }) {
  return shownName(remark) || t('tokens.nameless', { id });
}
