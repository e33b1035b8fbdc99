// "My shares": every link that the user has sent, what became of it, and how to change or end it.

import { request } from '../api.js';
import { announce } from '../page/announce.js';
import { byId, element } from '../page/dom.js';
import { t } from '../page/language.js';
import { LongList } from '../page/long-list.js';
import { said } from '../page/server-words.js';
import { askToChange, askToRevoke } from './questions.js';
import { shareRow } from './share-row.js';

/** @type {import('../page/language.js').Word[]} */
const COLUMNS = ['shares.file', 'shares.recipients', 'shares.valid', 'shares.password', 'shares.opened'];
/** From here on there is a field to find a share. */
const MANY = 12;

/** @typedef {import('./share-row.js').Share} Share */

export class SharesPage {
  title = t('nav.shares');
  node = byId('shares');
  /** @type {Share[]} */
  #shares = [];
  #open = false;
  #asked = 0;

  constructor() {
    this.heading = element('h1', { tabindex: -1 }, this.title);
    this.find = element('input', { type: 'search', class: 'find', 'aria-label': t('shares.find'), placeholder: t('shares.findHint'), hidden: true, oninput: () => this.#draw() });
    this.body = element('tbody');
    this.table = element('table', { class: 'shares-table', hidden: true },
      element('thead', {}, element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, t(name))),
        element('th', {}, element('span', { class: 'visually-hidden' }, t('page.actions'))))),
      this.body);
    this.end = element('div', { class: 'list-end' });
    this.more = element('p', { class: 'list-note' });
    this.empty = element('div', { class: 'empty', role: 'status' });
    this.long = new LongList(this.body, this.end, {
      key: JSON.stringify,
      draw: (share) => shareRow(share, { change: (one) => this.#change(one), revoke: (one) => this.#revoke(one) }),
    });
    this.node.append(element('div', { class: 'page-head' }, this.heading),
      element('section', { class: 'card', 'aria-label': t('shares.shares') }, this.find, this.table, this.end, this.more, this.empty));
  }

  open() {
    if (!this.#open) {
      this.#show([], t('page.loading'));
      this.find.value = '';
    }
    this.#open = true;
    this.#load();
  }

  close() {
    this.#open = false;
    // What is still under way comes too late.
    this.#asked += 1;
    this.#show([]);
  }

  /** Something was sent. */
  refresh() {
    if (this.#open) this.#load();
  }

  async #load() {
    const asked = ++this.#asked;
    try {
      const { shares, more } = await request('GET', 'mail/shares');
      this.more.textContent = more ? t('shares.onlyNewest', { count: shares.length }) : '';
      if (asked === this.#asked) this.#show(shares, t('shares.none'), t('shares.noneAdvice'));
    } catch (error) {
      if (asked === this.#asked) this.#show([], said(error), '', element('button', { type: 'button', class: 'button', onclick: () => this.#load() }, t('page.tryAgain')));
    }
  }

  /** @param {Share[]} shares @param {string | Node} [text] @param {string} [detail] @param {HTMLElement | null} [action] */
  #show(shares, text = '', detail = '', action = null) {
    this.#shares = shares;
    this.find.hidden = shares.length < MANY;
    this.#draw(text, detail, action);
  }

  /** @param {string | Node} [text] @param {string} [detail] @param {HTMLElement | null} [action] */
  #draw(text = '', detail = '', action = null) {
    const wanted = this.find.hidden ? '' : this.find.value.trim().toLowerCase();
    const found = this.#shares.filter(({ name, recipients }) => [name, ...recipients].some((part) => part.toLowerCase().includes(wanted)));
    this.long.show(found);
    this.table.hidden = !found.length;
    this.empty.hidden = found.length > 0;
    if (found.length) return;
    const said = this.#shares.length ? [t('shares.noneFound')] : [text, detail];
    this.empty.replaceChildren(...said.filter(Boolean).map((line, at) => element('p', { class: at ? null : 'empty-text' }, line)), ...(action ? [action] : []));
  }

  /** @param {Share} share */
  async #change(share) {
    await this.#done(share, askToChange(share), t('shares.changed'));
  }

  /** @param {Share} share */
  async #revoke(share) {
    await this.#done(share, askToRevoke(share), t('shares.revoked'));
  }

  /** @param {Share} share @param {Promise<unknown>} question @param {string} said */
  async #done({ token }, question, said) {
    if (await question === null) return;
    announce(said);
    await this.#load();
    // The row with the button was drawn anew.
    if (document.activeElement === document.body) (/** @type {HTMLElement | null} */ (this.body.querySelector(`[data-token="${CSS.escape(token)}"] button`)) ?? this.heading).focus();
  }
}
