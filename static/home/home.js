// The page of a signed-in user: what their programs have asked for, who is online, their addresses, the examples.

import { notificationPermission } from '../notify/notification.js';
import { byId, element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { toast } from '../page/toast.js';
import { Recent } from './recent.js';

export class Home {
  title = t('nav.home');
  node = byId('home');
  #login = '';
  /** For the examples. */
  #identity = 1;
  #shown = false;
  /** Of a demo. @type {import('./outbox.js').Outbox | null} */
  #outbox = null;
  /** Where the server lets one see others. @type {import('./people.js').People | null} */
  #people = null;

  /** @param {import('../compose/dock.js').Dock} dock @param {{write: () => void, signOut: () => void}} actions */
  constructor(dock, { write, signOut }) {
    this.recent = new Recent(dock);
    // What a newcomer needs first, and others seldom.
    this.recent.whenKnown(() => {
      byId('connect').open = !this.recent.any;
      this.node.removeAttribute('data-starting');
    });
    byId('connect').addEventListener('toggle', () => this.#examples());
    this.#demo();
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
    this.#identity = identities[0]?.id ?? 1;
    this.#examples();
  }

  /** The page is online. @param {import('../connection/connection.js').Connection} connection @param {import('../connection/frames.js').Hello} hello */
  async greet(connection, hello) {
    this.recent.changed();
    if (hello.visibility === 'everyone' && !this.#people) {
      const { People } = await import('./people.js');
      this.#people ??= new People();
      if (this.#shown) this.#people.open();
    }
    this.#people?.greet(connection, hello);
  }

  /** @param {import('../connection/frames.js').Presence} frame */
  presence(frame) {
    this.#people?.receive(frame);
  }

  /** A message has gone out. */
  sent() {
    this.#outbox?.refresh();
  }

  open() {
    this.#shown = true;
    this.#outbox?.refresh();
    this.recent.open();
    this.#people?.open();
  }

  close() {
    this.#shown = false;
    this.recent.close();
    this.#people?.close();
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

  async #demo() {
    if (document.documentElement.dataset.demo !== 'true') return;
    const { Outbox } = await import('./outbox.js');
    this.#outbox = new Outbox();
    this.#outbox.refresh();
  }

  async #examples() {
    if (!byId('connect').open) return;
    const { exampleNode, examples } = await import('./examples.js');
    const base = document.baseURI.replace(/\/+$/, '');
    byId('examples').replaceChildren(...examples(base, this.#login, this.#identity).map(exampleNode));
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

/** @param {{id: number, name: string}} identity @param {number} index */
function identityNode({ id, name }, index) {
  const [, person, address] = /^(.*?)\s*<(.*)>/.exec(name) ?? [null, name, ''];
  return element('li', {},
    element('span', { class: 'identity-id', title: t('home.identityId') }, String(id)),
    element('span', {}, element('bdi', { class: 'identity-name' }, person || address), person && element('bdi', { class: 'identity-address' }, address)),
    index === 0 ? element('span', { class: 'identity-default' }, t('home.default')) : null);
}
