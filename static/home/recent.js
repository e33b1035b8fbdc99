// What became of the composes that programs have asked for lately. Nothing is polled: what happens on this page is
// known here, and what happened elsewhere is asked for when the person comes back to the page.

import { request } from '../api.js';
import { openerOf } from '../compose/draft.js';
import { longTime, shortTime } from '../page/dates.js';
import { byId, element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';

/** Rows before somebody asks for all of them. */
const FIRST = 6;
/** Milliseconds from an event to asking the server: the frame that tells it is on its way. */
const SETTLED = 400;

/** @import {RecentCompose, RecentState} from '../compose/shape.js' */
/** @import {ComposeWindow} from '../compose/window.js' */

/** @type {Record<RecentState, {symbol: Parameters<typeof icon>[0], text: string}>} */
const LOOKS = {
  waiting: { symbol: 'mail', text: t('recent.waiting') },
  opened: { symbol: 'mail', text: t('recent.opened') },
  seen: { symbol: 'pencil', text: t('recent.seen') },
  elsewhere: { symbol: 'restore', text: t('recent.elsewhere') },
  sent: { symbol: 'send', text: t('recent.sent') },
  discarded: { symbol: 'trash', text: t('recent.discarded') },
  expired: { symbol: 'clock', text: t('recent.expired') },
};

export class Recent {
  /** @type {RecentCompose[] | null} null: not known yet */
  #composes = null;
  #shown = false;
  #all = false;
  #timer = 0;

  /** @param {import('../compose/dock.js').Dock} dock */
  constructor(dock) {
    this.dock = dock;
    this.list = byId('recent-list');
    this.empty = byId('recent-empty');
    this.more = byId('recent-more');
    this.more.addEventListener('click', () => {
      this.#all = true;
      const next = this.list.children[FIRST - 1];
      this.#render();
      (next?.nextElementSibling?.querySelector('button') ?? /** @type {HTMLElement | null} */ (this.list.lastElementChild))?.focus();
    });
    dock.on('seen', ({ draft }) => this.#becomes(draft.id, 'seen'));
    dock.on('discarded', ({ draft }) => this.#becomes(draft.id, 'discarded'));
    dock.on('sent', ({ draft }) => this.#becomes(draft.id, 'sent'));
    dock.on('closed', () => this.#soon());
    addEventListener('focus', () => this.#soon());
    document.addEventListener('visibilitychange', () => this.#soon());
  }

  /** The home page is in view. */
  open() {
    this.#shown = true;
    if (this.#composes) this.#render();
    this.#refresh();
  }

  close() {
    this.#shown = false;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Another user is here. */
  forget() {
    this.#composes = null;
    this.#all = false;
    this.list.replaceChildren();
    this.empty.hidden = true;
    this.more.hidden = true;
  }

  /** A frame about windows has come, or the connection is new. */
  changed() {
    this.#soon();
  }

  /** Whether a program has ever asked for a window, as far as the server remembers. */
  get any() {
    return Boolean(this.#composes?.length);
  }

  /** @param {() => void} listener called when it is known for the first time whether there are any */
  whenKnown(listener) {
    this.known = listener;
  }

  /** @param {string} id @param {RecentCompose['state']} state */
  #becomes(id, state) {
    const compose = this.#composes?.find((each) => each.id === id);
    if (compose) {
      compose.state = state;
      if (this.#shown) this.#render();
    }
    this.#soon();
  }

  #soon() {
    if (!this.#shown || document.visibilityState !== 'visible' || this.#timer) return;
    this.#timer = setTimeout(() => this.#refresh(), SETTLED);
  }

  async #refresh() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    try {
      const { composes } = await request('GET', 'me/composes');
      const first = this.#composes === null;
      this.#composes = composes;
      if (first) this.known?.();
      if (this.#shown) this.#render();
    } catch {
      // What is shown stays; the state of the connection says the rest.
      if (this.#composes === null) this.known?.();
    }
  }

  #render() {
    const composes = this.#composes ?? [];
    const focused = this.list.contains(document.activeElement) ? document.activeElement?.closest('li')?.dataset.id : null;
    const rows = this.#all ? composes : composes.slice(0, FIRST);
    this.list.replaceChildren(...rows.map((compose) => this.#row(compose)));
    this.empty.hidden = composes.length > 0;
    this.more.hidden = rows.length === composes.length;
    this.more.textContent = t('recent.more', { count: composes.length - rows.length });
    if (focused) [...this.list.children].find((row) => row.getAttribute('data-id') === focused)?.querySelector('button')?.focus({ preventScroll: true });
  }

  /** @param {RecentCompose} compose */
  #row(compose) {
    const { id, subject, to, created, finishedAt } = compose;
    const here = this.dock.find(id);
    const state = this.#state(compose, here);
    const { symbol, text } = LOOKS[state];
    const when = new Date(finishedAt ?? created);
    const recipients = to.length ? t('recent.to', { names: to.map(shownName).join(', ') }) : t('recent.toNobody');
    const content = [
      element('span', { class: 'recent-symbol' }, icon(symbol, 16)),
      element('span', { class: 'recent-text' },
        element('span', { class: 'recent-subject' }, element('bdi', {}, shownName(subject).trim() || t('recent.noSubject'))),
        element('span', { class: 'recent-facts' },
          element('bdi', {}, recipients),
          compose.by ? element('span', { class: 'recent-by' }, t('recent.by', { name: shownName(openerOf(compose.by)) })) : null)),
      element('span', { class: 'recent-state' }, text),
      element('time', { class: 'recent-time', datetime: when.toISOString(), title: longTime(when) }, shortTime(when)),
    ];
    return element('li', { 'data-id': id, 'data-state': state },
      here
        ? element('button', { type: 'button', class: 'recent-row', onclick: () => here.restore({ focus: true }) }, ...content)
        : element('div', { class: 'recent-row' }, ...content));
  }

  /** @param {RecentCompose} compose @param {ComposeWindow | undefined} here @returns {RecentState} */
  #state({ state }, here) {
    const open = state === 'opened' || state === 'seen';
    return open && !here ? 'elsewhere' : state;
  }
}
