// The section "Devices": where one is signed in, and signing out there.

import { request } from '../api.js';
import { announce } from '../page/announce.js';
import { longTime } from '../page/dates.js';
import { ask } from '../page/dialog.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { toast } from '../page/toast.js';
import { browserOf } from './user-agent.js';

/**
 * As `GET /me/sessions` tells it.
 * @typedef {object} Session
 * @property {string} id @property {string | null} userAgent @property {string} created @property {string} lastUsed
 * @property {string} expires @property {boolean} current @property {number} online pages that are open
 */

export class Devices {
  id = 'devices';

  constructor() {
    this.heading = element('h2', { id: 'settings-devices-title', tabindex: -1 }, t('devices.title'));
    this.note = element('p', { class: 'card-note', role: 'status' });
    this.list = element('ul', { class: 'setting-items', 'aria-labelledby': 'settings-devices-title' });
    this.others = element('button', { type: 'button', class: 'button', hidden: true, onclick: () => this.#endOthers() }, t('devices.endOthers'));
    this.node = element('section', { class: 'card setting-card', 'aria-labelledby': 'settings-devices-title' },
      this.heading, element('p', { class: 'card-note' }, t('devices.about')), this.note, this.list,
      element('div', { class: 'setting-actions' }, this.others));
  }

  async open() {
    try {
      const { sessions } = await request('GET', 'me/sessions');
      this.note.textContent = '';
      this.#show(sessions);
    } catch (error) {
      this.note.textContent = `${t('settings.notLoaded')} ${/** @type {Error} */ (error).message}`;
    }
  }

  /** @param {Session[]} sessions */
  #show(sessions) {
    const own = sessions.filter(({ current }) => current);
    const others = sessions.filter(({ current }) => !current);
    this.others.hidden = !others.length;
    this.list.replaceChildren(...[...own, ...others].map((session) => this.#item(session)));
  }

  /** @param {Session} session */
  #item(session) {
    const { name, handHeld } = browserOf(session.userAgent);
    const used = session.online ? t('devices.online') : t('devices.used', { when: longTime(new Date(session.lastUsed)) });
    return element('li', { class: 'setting-item' },
      element('span', { class: 'setting-icon' }, icon(handHeld ? 'phone' : 'computer', 22)),
      element('div', { class: 'setting-what' },
        element('p', { class: 'setting-name', title: session.userAgent }, name, session.current ? element('span', { class: 'badge badge-good' }, t('devices.this')) : null),
        element('p', { class: 'setting-detail' }, element('span', { class: 'dot', 'data-on': String(session.online > 0) }), used),
        element('p', { class: 'setting-detail' }, t('devices.since', { when: longTime(new Date(session.created)) }))),
      element('div', { class: 'setting-do' }, session.current ? null
        : element('button', { type: 'button', class: 'button', 'aria-label': t('devices.endName', { name }), onclick: () => this.#end(session, name) }, t('devices.end'))));
  }

  /** @param {Session} session @param {string} name */
  async #end({ id }, name) {
    try {
      await request('DELETE', `me/sessions/${encodeURIComponent(id)}`);
    } catch (error) {
      const { status, message } = /** @type {import('../api.js').ApiError} */ (error);
      if (status !== 404) {
        toast(t('devices.notEnded'), { warning: message });
        return;
      }
    }
    announce(t('devices.ended', { name }));
    await this.open();
    this.heading.focus();
  }

  async #endOthers() {
    const answer = await ask({
      title: t('devices.endOthersTitle'), content: [element('p', {}, t('devices.endOthersText'))], submit: t('devices.endOthers'), danger: true,
      act: () => request('DELETE', 'me/sessions'),
    });
    if (!answer) return;
    toast(t('devices.othersEnded', { count: answer.ended }));
    await this.open();
    this.heading.focus();
  }
}
