// Keeps drafts over reloads and closed tabs: in localStorage, one entry for each window, named by user, tab and window.
//
// A tab shows its own drafts only, so that one compose has one window. When a tab is closed with drafts in it, the
// next tab that the same user opens takes them over. A sign-out hides the drafts but keeps them for that user.
// Passwords of shares are not kept.

import { newDraft } from './draft.js';
import { ifGone } from './tab.js';

const PREFIX = 'quillgate.draft';

export class DraftStore {
  /** @param {string} login @param {string} tab */
  constructor(login, tab) {
    this.tab = tab;
    this.user = `${PREFIX}.${encodeURIComponent(login)}/`;
  }

  /** @returns {Promise<import('./draft.js').Draft[]>} the one raised last comes last */
  async load() {
    const tabs = new Set(this.#keys(this.user).map((key) => key.slice(this.user.length).split('/')[0]));
    tabs.delete(this.tab);
    for (const tab of tabs) await ifGone(tab, () => this.#adopt(tab));
    return this.#keys(`${this.user}${this.tab}/`)
      .map((key) => parse(localStorage.getItem(key)))
      .filter(Boolean)
      .sort((one, other) => one.raised - other.raised);
  }

  /** @param {import('./draft.js').Draft} draft @returns {boolean} false: the browser has no room for it */
  save(draft) {
    try {
      localStorage.setItem(this.#key(draft.id), JSON.stringify(draft, withoutPassword));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {string} id */
  remove(id) {
    localStorage.removeItem(this.#key(id));
  }

  #adopt(tab) {
    for (const key of this.#keys(`${this.user}${tab}/`)) {
      const value = localStorage.getItem(key);
      // Removed first: near the quota there is no room for both.
      localStorage.removeItem(key);
      localStorage.setItem(`${this.user}${this.tab}/${key.split('/').pop()}`, value);
    }
  }

  #key(id) {
    return `${this.user}${this.tab}/${id}`;
  }

  #keys(prefix) {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  }
}

function withoutPassword(key, value) {
  return key === 'sharePassword' && value ? undefined : value;
}

/** Also of a draft that an earlier version of this page has stored. */
function parse(text) {
  try {
    return { ...newDraft(), ...JSON.parse(text) };
  } catch {
    return null;
  }
}
