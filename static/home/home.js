// The page of a signed-in user: what their programs have asked for, who is online, their addresses, the examples.

import { notificationPermission } from '../page/attention.js';
import { byId, element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { toast } from '../page/toast.js';
import { exampleNode, examples } from './examples.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { Recent } from './recent.js';

export class Home {
  title = t('nav.home');
  node = byId('home');
  #login = '';

  /** @param {import('../compose/dock.js').Dock} dock @param {{write: () => void, signOut: () => void}} actions */
  constructor(dock, { write, signOut }) {
    this.outbox = new Outbox();
    this.recent = new Recent(dock);
    this.people = new People();
    // What a newcomer needs first, and others seldom.
    this.recent.whenKnown(() => { byId('connect').open = !this.recent.any; });
    this.write = byId('write');
    this.write.prepend(icon('pencil', 16));
    this.write.addEventListener('click', write);
    byId('sign-out').addEventListener('click', signOut);
    this.#offerNotifications();
  }

  /** @param {{login: string, name: string}} user @param {{id: number, name: string}[]} identities */
  enter(user, identities) {
    if (user.login !== this.#login) this.recent.forget();
    this.#login = user.login;
    this.name(user);
    byId('account').hidden = false;
    byId('identities').replaceChildren(...identities.map(identityNode));
    if (!identities.length) byId('identities').append(element('li', {}, t('home.noAddress')));
    this.write.disabled = !identities.length;
    const base = document.baseURI.replace(/\/+$/, '');
    byId('examples').replaceChildren(...examples(base, user.login, identities[0]?.id ?? 1).map(exampleNode));
  }

  /** The page is online. @param {import('../connection/connection.js').Connection} connection */
  greet(connection) {
    this.people.greet(connection, this.#login);
    this.recent.changed();
  }

  open() {
    this.outbox.refresh();
    this.recent.open();
    this.people.open();
  }

  close() {
    this.recent.close();
    this.people.close();
  }

  leave() {
    byId('account').hidden = true;
  }

  /** @param {{login: string, name: string}} user */
  name({ login, name }) {
    byId('account-name').textContent = name || login;
    byId('account-name').title = login;
    byId('welcome-title').textContent = t('home.hello', { name: name || login });
  }

  #offerNotifications() {
    const button = byId('enable-notifications');
    button.hidden = notificationPermission() !== 'default';
    button.addEventListener('click', async () => {
      const permission = await Notification.requestPermission();
      button.hidden = permission !== 'default';
      if (permission === 'granted') toast(t('home.notifyOn'));
    });
  }
}

function identityNode({ id, name }, index) {
  const [, person, address] = /^(.*?)\s*<(.*)>/.exec(name) ?? [null, name, ''];
  return element('li', {},
    element('span', { class: 'identity-id', title: t('home.identityId') }, String(id)),
    element('span', {}, element('bdi', { class: 'identity-name' }, person || address), person && element('bdi', { class: 'identity-address' }, address)),
    index === 0 ? element('span', { class: 'identity-default' }, t('home.default')) : null);
}
