// "My shares": every link that the user has sent, what became of it, and how to change or end it.

import { request } from '../api.js';
import { announce } from '../page/announce.js';
import { byId, element } from '../page/dom.js';
import { LongList } from '../page/long-list.js';
import { askToChange, askToRevoke } from './questions.js';
import { shareRow } from './share-row.js';

const COLUMNS = ['File', 'Recipients', 'Valid', 'Password', 'Opened'];
/** From here on there is a field to find a share. */
const MANY = 12;

export class SharesPage {
  title = 'My shares';
  node = byId('shares');
  /** @type {import('./share-row.js').Share[]} */
  #shares = [];
  #open = false;
  #asked = 0;

  constructor() {
    this.heading = element('h1', { tabindex: -1 }, this.title);
    this.find = element('input', { type: 'search', class: 'find', 'aria-label': 'Find a share', placeholder: 'Find by file or recipient', hidden: true, oninput: () => this.#draw() });
    this.body = element('tbody');
    this.table = element('table', { class: 'shares-table', hidden: true },
      element('thead', {}, element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name)),
        element('th', {}, element('span', { class: 'visually-hidden' }, 'Actions')))),
      this.body);
    this.end = element('div', { class: 'list-end' });
    this.more = element('p', { class: 'list-note' });
    this.empty = element('div', { class: 'empty', role: 'status' });
    this.long = new LongList(this.body, this.end, {
      key: JSON.stringify,
      draw: (share) => shareRow(share, { change: (one) => this.#change(one), revoke: (one) => this.#revoke(one) }),
    });
    this.node.append(element('div', { class: 'page-head' }, this.heading),
      element('section', { class: 'card', 'aria-label': 'Shares' }, this.find, this.table, this.end, this.more, this.empty));
  }

  open() {
    if (!this.#open) {
      this.#show([], 'Loading…');
      this.find.value = '';
    }
    this.#open = true;
    this.#load();
  }

  close() {
    this.#open = false;
    // What is still under way comes too late.
    this.#asked += 1;
    this.#show([]);
  }

  /** Something was sent. */
  refresh() {
    if (this.#open) this.#load();
  }

  async #load() {
    const asked = ++this.#asked;
    try {
      const { shares, more } = await request('GET', 'mail/shares');
      this.more.textContent = more ? `These are the newest ${shares.length}. Older ones are not listed.` : '';
      if (asked === this.#asked) this.#show(shares, 'You have not shared anything yet.', 'Attach files to a message and send them as a link: the link is then listed here.');
    } catch (error) {
      if (asked === this.#asked) this.#show([], error.message, '', element('button', { type: 'button', class: 'button', onclick: () => this.#load() }, 'Try again'));
    }
  }

  #show(shares, ...note) {
    this.#shares = shares;
    this.find.hidden = shares.length < MANY;
    this.#draw(...note);
  }

  #draw(text = '', detail = '', action = null) {
    const wanted = this.find.hidden ? '' : this.find.value.trim().toLowerCase();
    const found = this.#shares.filter(({ name, recipients }) => [name, ...recipients].some((part) => part.toLowerCase().includes(wanted)));
    this.long.show(found);
    this.table.hidden = !found.length;
    this.empty.hidden = found.length > 0;
    if (found.length) return;
    const said = this.#shares.length ? ['No share is like that.'] : [text, detail];
    this.empty.replaceChildren(...said.filter(Boolean).map((line, at) => element('p', { class: at ? null : 'empty-text' }, line)), ...(action ? [action] : []));
  }

  async #change(share) {
    await this.#done(share, askToChange(share), 'The share is changed.');
  }

  async #revoke(share) {
    await this.#done(share, askToRevoke(share), 'The share is revoked.');
  }

  async #done({ token }, question, said) {
    if (await question === null) return;
    announce(said);
    await this.#load();
    // The row with the button was drawn anew.
    if (document.activeElement === document.body) (this.body.querySelector(`[data-token="${CSS.escape(token)}"] button`) ?? this.heading).focus();
  }
}
