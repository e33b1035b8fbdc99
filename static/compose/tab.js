// Which browser tab this is, over reloads, and which of the others are gone.

import { uuid } from '../page/uuid.js';

const KEY = 'quillgate.tab';
/** Milliseconds that the page before a reload may take to let go of its lock. */
const RELOAD_LIMIT = 1_000;

const lockName = (tab) => `${KEY}.${tab}`;

/**
 * The tab's id lives as long as the tab; a lock tells the other tabs that it is in use. A duplicated tab inherits
 * the id of its original, finds the lock taken, and gets an id of its own.
 * @returns {Promise<string>}
 */
export async function claimTab() {
  const known = sessionStorage.getItem(KEY);
  const tab = known && await hold(known) ? known : uuid();
  if (tab !== known) await hold(tab);
  sessionStorage.setItem(KEY, tab);
  return tab;
}

/**
 * Runs `action` if the tab is gone. Without Web Locks (plain http) no tab is ever known to be gone.
 * @param {string} tab @param {() => void} action
 */
export async function ifGone(tab, action) {
  await navigator.locks?.request(lockName(tab), { ifAvailable: true }, (lock) => lock && action());
}

function hold(tab) {
  if (!navigator.locks) return true;
  return new Promise((resolve) => {
    navigator.locks
      .request(lockName(tab), { signal: AbortSignal.timeout(RELOAD_LIMIT) }, () => {
        resolve(true);
        return new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}
