// The messages that a demo server keeps instead of sending them.

import { request, resolve } from '../api.js';
import { humanSize } from '../page/bytes.js';
import { shortTime } from '../page/dates.js';
import { byId, element } from '../page/dom.js';
import { t } from '../page/language.js';

export class Outbox {
  constructor() {
    byId('outbox').hidden = false;
    byId('outbox-refresh').addEventListener('click', () => this.refresh());
    // Somebody coming back from a terminal has probably sent something there.
    addEventListener('focus', () => this.refresh());
  }

  async refresh() {
    if (byId('home').hidden) return;
    try {
      const { messages } = await request('GET', 'demo/outbox');
      byId('outbox-list').replaceChildren(...messages.map(item));
      byId('outbox-note').textContent = messages.length
        ? t('outbox.note')
        : t('outbox.empty');
    } catch (error) {
      byId('outbox-note').textContent = /** @type {Error} */ (error).message;
    }
  }
}

/** @param {{name: string, size: number, modified: string, from: string, to: string, subject: string}} message */
function item({ name, size, modified, from, to, subject }) {
  return element('li', {},
    element('a', { href: resolve(`demo/outbox/${encodeURIComponent(name)}`).href, target: '_blank', rel: 'noopener' }, subject || t('recent.noSubject')),
    element('p', { title: t('outbox.from', { name: from }) },
      element('span', { class: 'outbox-to' }, t('outbox.to', { names: to })), element('span', {}, humanSize(size)), element('time', { datetime: modified }, shortTime(new Date(modified)))));
}
