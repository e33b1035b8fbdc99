// Keeps drafts over reloads and closed tabs: in localStorage, one entry for each window, named by user, tab and window.
//
// A tab shows its own drafts only, so that one compose has one window. When a tab is closed with drafts in it, the
// next tab that the same user opens takes them over. A sign-out hides the drafts but keeps them for that user.
// Passwords of shares are not kept.

import { uuid } from '../page/uuid.js';
import { newDraft } from './draft.js';
import { ifGone } from './tab.js';

const PREFIX = 'quillgate.draft';

export class DraftStore {
  /** What was stored from here, and so must be there until it is removed from here. @type {Set<string>} */
  #stored = new Set();

  /** @param {string} login @param {string} tab */
  constructor(login, tab) {
    this.tab = tab;
    this.user = `${PREFIX}.${encodeURIComponent(login)}/`;
  }

  /** @returns {Promise<import('./draft.js').Draft[]>} the one raised last comes last */
  async load() {
    const tabs = new Set(this.#keys(this.user).map((key) => key.slice(this.user.length).split('/')[0]));
    tabs.delete(this.tab);
    await Promise.all([...tabs].map((tab) => ifGone(tab, () => this.#adopt(tab))));
    const drafts = this.#keys(`${this.user}${this.tab}/`)
      .map((key) => parse(localStorage.getItem(key)))
      .filter((draft) => draft !== null)
      .sort((one, other) => one.raised - other.raised);
    drafts.forEach(({ id }) => this.#stored.add(id));
    return drafts;
  }

  /** @param {import('./draft.js').Draft} draft @returns {boolean} false: the browser has no room for it */
  save(draft) {
    try {
      localStorage.setItem(this.#key(draft.id), JSON.stringify(draft, withoutPassword));
      this.#stored.add(draft.id);
      return true;
    } catch {
      return false;
    }
  }

  /** @param {string} id */
  remove(id) {
    this.#stored.delete(id);
    localStorage.removeItem(this.#key(id));
  }

  /** @param {string} key of the storage @returns {string | null} which of this tab's drafts it is */
  idOf(key) {
    const own = `${this.user}${this.tab}/`;
    return key.startsWith(own) ? key.slice(own.length) : null;
  }

  /** @param {string} id @returns {boolean} whether another tab has removed this draft from here */
  lost(id) {
    return this.#stored.has(id) && localStorage.getItem(this.#key(id)) === null;
  }

  /** Takes a draft back that another tab has taken over. @param {import('./draft.js').Draft} draft */
  reclaim(draft) {
    for (const key of this.#keys(this.user)) if (key.endsWith(`/${draft.id}`)) localStorage.removeItem(key);
    this.save(draft);
  }

  /** @param {string} tab */
  #adopt(tab) {
    for (const key of this.#keys(`${this.user}${tab}/`)) {
      const value = localStorage.getItem(key);
      // Another tab was faster.
      if (value === null) continue;
      const id = key.slice(key.lastIndexOf('/') + 1);
      // Removed first: near the quota there is no room for both.
      localStorage.removeItem(key);
      try {
        // What was left over of a message that this tab has, too, is a draft of its own.
        if (localStorage.getItem(this.#key(id)) === null) localStorage.setItem(this.#key(id), value);
        else this.save({ ...(parse(value) ?? newDraft()), id: uuid(), by: null });
      } catch {
        localStorage.setItem(key, value);
      }
    }
  }

  /** @param {string} id */
  #key(id) {
    return `${this.user}${this.tab}/${id}`;
  }

  /** @param {string} prefix */
  #keys(prefix) {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  }
}

/** @param {string} key @param {unknown} value */
function withoutPassword(key, value) {
  return key === 'sharePassword' && value ? undefined : value;
}

/** Also of a draft that an earlier version of this page has stored. @param {string | null} text @returns {import('./draft.js').Draft | null} */
function parse(text) {
  try {
    return text === null ? null : { ...newDraft(), ...JSON.parse(text) };
  } catch {
    return null;
  }
}
