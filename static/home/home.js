// The page of a signed-in user: who they are, their addresses, the examples.

import { notificationPermission } from '../page/attention.js';
import { byId, element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { toast } from '../page/toast.js';
import { exampleNode, examples } from './examples.js';
import { Outbox } from './outbox.js';

export class Home {
  title = 'Home';
  node = byId('home');

  /** @param {{write: () => void, signOut: () => void}} actions */
  constructor({ write, signOut }) {
    this.outbox = new Outbox();
    this.write = byId('write');
    this.write.prepend(icon('pencil', 16));
    this.write.addEventListener('click', write);
    byId('sign-out').addEventListener('click', signOut);
    this.#offerNotifications();
  }

  /** @param {{login: string, name: string}} user @param {{id: number, name: string}[]} identities */
  enter(user, identities) {
    this.name(user);
    byId('account').hidden = false;
    byId('identities').replaceChildren(...identities.map(identityNode));
    if (!identities.length) byId('identities').append(element('li', {}, 'You have no address to send from yet. Ask your administrator.'));
    this.write.disabled = !identities.length;
    const base = document.baseURI.replace(/\/+$/, '');
    byId('examples').replaceChildren(...examples(base, user.login, identities[0]?.id ?? 1).map(exampleNode));
  }

  open() {
    this.outbox.refresh();
  }

  leave() {
    byId('account').hidden = true;
  }

  /** @param {{login: string, name: string}} user */
  name({ login, name }) {
    byId('account-name').textContent = name || login;
    byId('account-name').title = login;
    byId('welcome-title').textContent = name ? `Hello, ${name}` : `Hello, ${login}`;
  }

  #offerNotifications() {
    const button = byId('enable-notifications');
    button.hidden = notificationPermission() !== 'default';
    button.addEventListener('click', async () => {
      const permission = await Notification.requestPermission();
      button.hidden = permission !== 'default';
      if (permission === 'granted') toast('Notifications are on. You will hear of new messages while this page is in the background.');
    });
  }
}

function identityNode({ id, name }, index) {
  const [, person, address] = /^(.*?)\s*<(.*)>/.exec(name) ?? [null, name, ''];
  return element('li', {},
    element('span', { class: 'identity-id', title: 'Identity id' }, String(id)),
    element('span', {}, element('span', { class: 'identity-name' }, person || address), person && element('span', { class: 'identity-address' }, address)),
    index === 0 ? element('span', { class: 'identity-default' }, 'default') : null);
}
