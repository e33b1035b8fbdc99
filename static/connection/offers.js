// What the gateway asks this page to do with compose windows, and what the page answers.

import { request } from '../api.js';
import { draftFromOffer, openerOf } from '../compose/draft.js';
import { callAttention, dismissAttention } from '../notify/attention.js';
import { announce } from '../page/announce.js';
import { inView } from '../page/in-view.js';
import { t } from '../page/language.js';
import { toast } from '../page/toast.js';

const MOST_WINDOWS = 20;

/** @import {Compose, Hello, PageFrame, ServerFrame} from './frames.js' */
/** @import {ComposeWindow} from '../compose/window.js' */

export class Offers {
  /** Milliseconds that the server's clock is ahead of this one. */
  #clockOffset = 0;
  /**
   * Offers between arrival and acknowledgement, so that a repeated one does not open a second window, and one that is
   * withdrawn while its payload is fetched opens none.
   * @type {Map<string, {withdrawn: boolean}>} by compose id
   */
  #opening = new Map();
  /** Frames about windows that must reach the server, kept while the connection is down. @type {PageFrame[]} */
  #unsent = [];

  /**
   * @param {import('./connection.js').Connection} connection
   * @param {import('../compose/dock.js').Dock} dock
   */
  constructor(connection, dock) {
    this.connection = connection;
    this.dock = dock;
    dock.on('seen', (window) => {
      dismissAttention(window.draft.id);
      // Of a window that is not acknowledged yet the server would not know what is meant.
      if (!this.#opening.has(window.draft.id)) this.#reportSeen(window);
    });
    dock.on('discarded', (window) => {
      if (isLive(window.draft)) this.#report({ type: 'finished', id: window.draft.id, state: 'discarded' });
    });
    dock.on('closed', (window) => dismissAttention(window.draft.id));
  }

  /** @param {Hello} hello */
  greet(hello) {
    this.#clockOffset = Date.parse(hello.now) - Date.now() || 0;
    this.connection.send({ type: 'attach', windows: this.dock.windows.map(({ draft }) => draft).filter(isLive).map(({ id }) => id) });
    const unsent = this.#unsent.splice(0);
    unsent.forEach((frame) => this.#report(frame));
  }

  /** Forgets what belongs to the user who was signed in. */
  reset() {
    this.#unsent = [];
  }

  /** @param {ServerFrame} frame */
  async receive(frame) {
    if (frame.type === 'withdraw') return this.#withdraw(frame.id);
    if (frame.type !== 'compose' || this.#opening.has(frame.id)) return;
    const offer = { withdrawn: false };
    this.#opening.set(frame.id, offer);
    try {
      await this.#open(frame, offer);
    } catch (error) {
      this.#refuse(frame.id, /** @type {Error} */ (error).message);
    } finally {
      this.#opening.delete(frame.id);
    }
  }

  /** @param {string} id */
  #withdraw(id) {
    const offer = this.#opening.get(id);
    if (offer) offer.withdrawn = true;
    this.dock.find(id)?.withdraw();
  }

  /** @param {Compose} frame @param {{withdrawn: boolean}} offer */
  async #open(frame, offer) {
    const open = this.dock.find(frame.id);
    if (open) return this.#acknowledge(open);
    if (this.#expired(frame)) return;
    if (this.dock.windows.length >= MOST_WINDOWS) return this.#refuse(frame.id, 'too many windows are open');

    const [data] = await Promise.all([frame.data ?? request('GET', frame.href), this.dock.ready()]);
    if (offer.withdrawn || this.#expired(frame)) return;
    const draft = draftFromOffer(frame, data);
    const window = await this.dock.open(draft);
    try {
      await window.shown;
    } catch (error) {
      // What somebody has typed into it stays.
      window.withdraw();
      throw error;
    }
    // A withdrawal may have overtaken the message frame.
    if (!this.dock.find(frame.id)) return;
    this.#acknowledge(window);

    const subject = draft.subject || t('window.untitled');
    const opener = t('notify.opener', { opener: openerOf(draft.by) });
    if (window.minimised) toast(t('window.arrived', { subject }), { detail: opener });
    else announce(t('window.arrivedFrom', { subject, opener }));
    callAttention({ id: draft.id, subject, opener }, () => window.restore({ focus: true }));
  }

  /** @param {Compose} frame */
  #expired(frame) {
    return Date.parse(frame.expires) <= Date.now() + this.#clockOffset;
  }

  /** @param {ComposeWindow} window */
  #acknowledge(window) {
    const visible = inView() && !window.minimised;
    this.connection.send({ type: 'ack', id: window.draft.id, state: 'opened', visible });
    if (window.draft.seen) this.#reportSeen(window);
  }

  /** @param {string} id @param {string} reason */
  #refuse(id, reason) {
    this.connection.send({ type: 'ack', id, state: 'refused', reason });
  }

  /** @param {ComposeWindow} window */
  #reportSeen({ draft }) {
    if (isLive(draft)) this.#report({ type: 'seen', id: draft.id });
  }

  /** @param {PageFrame} frame */
  #report(frame) {
    if (!this.connection.send(frame)) this.#unsent.push(frame);
  }
}

/** Whether the server counts on this window: it came from a compose that no other session has taken over. @param {ComposeWindow['draft']} draft */
function isLive(draft) {
  return draft.by !== null && !draft.withdrawn;
}
