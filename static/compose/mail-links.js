// Links to mail addresses that the browser hands to this page: `#mailto=<the address, encoded>`, when it is opened or
// while it is open. What comes before somebody has signed in is kept until then.

import { t } from '../page/language.js';
import { toast } from '../page/toast.js';
import { newDraft } from './draft.js';

const MARK = '#mailto=';
const KEY = 'quillgate.mailto';
/** A page of somebody else's could follow one link after the other. */
const MOST_WINDOWS = 20;

export class MailLinks {
  #signedIn = false;

  /** @param {import('./dock.js').Dock} dock */
  constructor(dock) {
    this.dock = dock;
    this.#take('');
    addEventListener('hashchange', (/** @type {HashChangeEvent} */ { oldURL }) => this.#take(new URL(oldURL).hash));
  }

  /** Somebody is signed in, and has their windows. */
  enter() {
    this.#signedIn = true;
    this.#open().catch(() => toast(t('page.notLoaded')));
  }

  leave() {
    this.#signedIn = false;
  }

  /** Takes the link out of the address, where a reload would find it again. @param {string} before what the address named */
  #take(before) {
    if (!location.hash.startsWith(MARK)) return;
    sessionStorage.setItem(KEY, addressIn(location.hash.slice(MARK.length)));
    history.replaceState(history.state, '', location.pathname + location.search + (before.startsWith(MARK) ? '' : before));
    if (this.#signedIn) this.#open().catch(() => toast(t('page.notLoaded')));
  }

  async #open() {
    const link = sessionStorage.getItem(KEY);
    if (link === null) return;
    const { parseMailto } = await import('./mailto.js').catch((error) => {
      dispatchEvent(new Event('importfailed'));
      throw error;
    });
    // The link is kept where there is nothing to open it with.
    await this.dock.ready();
    if (!this.#signedIn || sessionStorage.getItem(KEY) !== link) return;
    sessionStorage.removeItem(KEY);
    const fields = parseMailto(link);
    if (!fields) return;
    if (this.dock.windows.length >= MOST_WINDOWS) return toast(t('mailto.tooMany'));
    const typing = this.dock.windows.some(({ focused }) => focused);
    this.dock.open({ ...newDraft(), ...fields }, { asked: !typing });
  }
}

/** Encoded whole, as browsers do, or as somebody has typed it. @param {string} text */
function addressIn(text) {
  if (/^mailto:/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
