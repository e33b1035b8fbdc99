// Which browser tab this is, over reloads, and which of the others are gone.
//
// A lock tells the other tabs that an id is in use. Over plain http there are no locks: there a tab asks, and the one
// that has the id answers.

import { uuid } from '../page/uuid.js';

const KEY = 'quillgate.tab';
/** Milliseconds that the page before a reload may take to let go of its lock. */
const RELOAD_LIMIT = 1_000;
/** Milliseconds that a tab in the background may take to answer. */
const ANSWER_LIMIT = 250;

const lockName = (/** @type {string} */ tab) => `${KEY}.${tab}`;

/** Missing where there are locks. */
const channel = navigator.locks || !('BroadcastChannel' in globalThis) ? null : new BroadcastChannel(KEY);
let claimed = '';
channel?.addEventListener('message', ({ data }) => {
  if (data.wanted === claimed) channel.postMessage({ taken: claimed });
});

/**
 * The tab's id lives as long as the tab. A duplicated tab inherits the id of its original, finds it in use, and gets an
 * id of its own.
 * @returns {Promise<string>}
 */
export async function claimTab() {
  const known = sessionStorage.getItem(KEY);
  claimed = known && await hold(known) ? known : uuid();
  if (claimed !== known && navigator.locks) await hold(claimed);
  sessionStorage.setItem(KEY, claimed);
  return claimed;
}

/** Runs `action` if the tab is gone. Where nobody can be asked, nobody is known to be gone. @param {string} tab @param {() => void} action */
export async function ifGone(tab, action) {
  if (navigator.locks) await navigator.locks.request(lockName(tab), { ifAvailable: true }, (lock) => lock && action());
  else if (channel && !await answers(tab)) action();
}

/** @param {string} tab @returns {Promise<boolean>} whether it is this one's */
async function hold(tab) {
  if (!navigator.locks) return !await answers(tab);
  return new Promise((resolve) => {
    navigator.locks
      .request(lockName(tab), { signal: AbortSignal.timeout(RELOAD_LIMIT) }, () => {
        resolve(true);
        return new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}

/** @param {string} tab @returns {Promise<boolean>} */
function answers(tab) {
  if (!channel) return Promise.resolve(false);
  return new Promise((resolve) => {
    const listening = new AbortController();
    const end = (/** @type {boolean} */ answer) => {
      listening.abort();
      resolve(answer);
    };
    channel.addEventListener('message', ({ data }) => data.taken === tab && end(true), { signal: listening.signal });
    setTimeout(() => end(false), ANSWER_LIMIT);
    channel.postMessage({ wanted: tab });
  });
}
