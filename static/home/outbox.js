// The messages that a demo server keeps instead of sending them.

import { request, resolve } from '../api.js';
import { humanSize } from '../page/bytes.js';
import { byId, element } from '../page/dom.js';

export class Outbox {
  #enabled = document.documentElement.dataset.demo === 'true';

  constructor() {
    byId('outbox').hidden = !this.#enabled;
    byId('outbox-refresh').addEventListener('click', () => this.refresh());
    // Somebody coming back from a terminal has probably sent something there.
    addEventListener('focus', () => this.refresh());
  }

  async refresh() {
    if (!this.#enabled || byId('home').hidden) return;
    try {
      const { messages } = await request('GET', 'demo/outbox');
      byId('outbox-list').replaceChildren(...messages.map(item));
      byId('outbox-note').textContent = messages.length
        ? 'Nothing leaves this demo: sent messages are kept here.'
        : 'Nothing sent yet. Messages stay here instead of leaving this demo.';
    } catch (error) {
      byId('outbox-note').textContent = error.message;
    }
  }
}

function item({ name, size, modified, from, to, subject }) {
  return element('li', {},
    element('a', { href: resolve(`demo/outbox/${encodeURIComponent(name)}`).href, target: '_blank', rel: 'noopener' }, subject || '(no subject)'),
    element('p', { title: `From ${from}` },
      element('span', { class: 'outbox-to' }, `To ${to}`), element('span', {}, humanSize(size)), element('time', { datetime: modified }, timeOf(new Date(modified)))));
}

/** The time for today, the day for everything before. */
function timeOf(date) {
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' });
}
