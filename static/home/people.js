// Who else is online, where the server lets one see that. Changes come as frames while the home page is in view.

import { request } from '../api.js';
import { byId, element } from '../page/dom.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';

/** People named; of more there is the number. */
const MOST = 12;

/** @typedef {{id: number, login: string, sessions: number}} Person */
/** @typedef {import('../connection/frames.js').Presence} Presence */

export class People {
  /** @type {import('../connection/connection.js').Connection | null} */
  #connection = null;
  #shown = false;
  #watching = false;
  /** @type {Map<number, Person>} */
  #users = new Map();
  #own = '';
  /** Frames that came while the list was on its way: they are newer. @type {Presence[]} */
  #news = [];
  #asking = false;

  constructor() {
    this.node = byId('people');
    this.list = byId('people-list');
    this.count = byId('people-count');
    document.addEventListener('visibilitychange', () => this.#follow());
  }

  /** The connection is new: what was watched before is forgotten. @param {import('../connection/connection.js').Connection} connection @param {import('../connection/frames.js').Hello} hello */
  greet(connection, { user, visibility }) {
    const everyone = visibility === 'everyone';
    if (user.login !== this.#own || !everyone) this.node.hidden = true;
    this.#own = user.login;
    this.#connection = everyone ? connection : null;
    this.#watching = false;
    this.#follow();
  }

  open() {
    this.#shown = true;
    this.#follow();
  }

  close() {
    this.#shown = false;
    this.#follow();
  }

  /** @param {Presence} frame */
  receive(frame) {
    if (this.#asking) this.#news.push(frame);
    this.#take(frame);
    this.#render();
  }

  /** @param {Presence} frame */
  #take({ user, sessions }) {
    if (sessions) this.#users.set(user.id, { ...user, sessions });
    else this.#users.delete(user.id);
  }

  async #follow() {
    const wanted = this.#shown && document.visibilityState === 'visible' && this.#connection !== null;
    if (wanted === this.#watching) return;
    this.#watching = wanted;
    if (!wanted) {
      this.#connection?.send({ type: 'unwatch' });
      return;
    }
    try {
      // Before the list is asked for, so that nobody is missed who comes in between.
      this.#connection?.send({ type: 'watch' });
      this.#asking = true;
      /** @type {{users: Person[]}} */
      const { users } = await request('GET', 'presence');
      if (!this.#connection) return;
      this.#users = new Map(users.filter(({ sessions }) => sessions).map((user) => [user.id, user]));
      this.#news.splice(0).forEach((frame) => this.#take(frame));
      this.node.hidden = false;
      this.#render();
    } catch {
      this.#watching = false;
    } finally {
      this.#asking = false;
      this.#news = [];
    }
  }

  #render() {
    if (this.node.hidden) return;
    const others = [...this.#users.values()].filter(({ login }) => login !== this.#own).sort((one, other) => one.login.localeCompare(other.login));
    const rows = others.slice(0, MOST).map(({ login, sessions }) => element('li', {},
      element('span', { class: 'people-dot', 'aria-hidden': 'true' }),
      element('bdi', { class: 'people-name' }, shownName(login)),
      element('span', { class: 'people-sessions' }, t('people.sessions', { count: sessions }))));
    if (others.length > MOST) rows.push(element('li', { class: 'people-more' }, t('people.more', { count: others.length - MOST })));
    if (!others.length) rows.push(element('li', { class: 'people-more' }, t('people.nobody')));
    this.list.replaceChildren(...rows);
    this.count.textContent = others.length ? String(others.length) : '';
  }
}
