// The state of the connection, in the page's header: visible and honest, with a way to hurry it.

import { announce } from '../page/announce.js';
import { byId } from '../page/dom.js';
import { t } from '../page/language.js';

/** @type {Record<string, string>} by the state */
const TEXTS = {
  online: t('connection.online'),
  connecting: t('connection.connecting'),
  offline: t('connection.offline'),
  'signed-out': t('connection.signedOut'),
  'taken-over': t('connection.paused'),
};
/** @type {Record<string, string>} by the state */
const ANNOUNCED = {
  online: t('connection.saidOnline'),
  reconnecting: t('connection.saidLost'),
  offline: t('connection.saidOffline'),
  'taken-over': TEXTS['taken-over'],
};

export class ConnectionStatus {
  /** @type {import('../connection/connection.js').ConnectionState} */
  #state = { name: 'connecting' };
  #countdown = 0;
  #announced = 'online';

  /** @param {() => void} retry */
  constructor(retry) {
    this.node = byId('connection');
    this.text = byId('connection-text');
    this.button = byId('connection-retry');
    this.button.addEventListener('click', retry);
    for (const kind of ['online', 'offline']) addEventListener(kind, () => this.#render());
  }

  /** @param {import('../connection/connection.js').ConnectionState} state */
  show(state) {
    this.#state = state;
    clearInterval(this.#countdown);
    if (state.name === 'reconnecting') this.#countdown = setInterval(() => this.#render(), 1000);
    this.#render();
  }

  #render() {
    // Only while there is no connection: one to this very machine needs no network.
    const offline = ['reconnecting', 'connecting'].includes(this.#state.name) && !navigator.onLine;
    const name = offline ? 'offline' : this.#state.name;
    this.node.dataset.state = name;
    this.text.textContent = this.#state.name === 'reconnecting' && !offline ? remaining(this.#state.at) : TEXTS[name];
    this.node.title = name === 'taken-over' ? t('connection.pausedWhy') : '';
    this.button.hidden = this.#state.name !== 'reconnecting' && this.#state.name !== 'taken-over';
    this.button.textContent = t(name === 'taken-over' ? 'connection.useHere' : 'connection.tryNow');
    // Short gaps are no news; neither is each attempt.
    if (name in ANNOUNCED && name !== this.#announced) announce(ANNOUNCED[name]);
    if (name in ANNOUNCED) this.#announced = name;
  }
}

/** @param {number} at by `Date.now()` */
function remaining(at) {
  return t('connection.reconnecting', { seconds: Math.max(0, Math.ceil((at - Date.now()) / 1000)) });
}
