// The people whom the user has written to, as the server finds them. Without a connection there are none.

import { request } from '../../api.js';

/** Milliseconds, and answers, that are kept. */
const LIFETIME = 60_000;
const MOST = 50;

/** @typedef {{address: string, name: string, mails: number, lastUsed: string}} KnownRecipient */

/** @type {Map<string, {at: number, found: KnownRecipient[]}>} */
const answers = new Map();

/**
 * @param {string} query beginnings of words @param {number} limit @param {AbortSignal} signal
 * @returns {Promise<KnownRecipient[]>}
 */
export async function findKnown(query, limit, signal) {
  const key = `${limit} ${query.trim().toLowerCase()}`;
  const known = answers.get(key);
  if (known && Date.now() - known.at < LIFETIME) return known.found;
  const { recipients } = await request('GET', `me/recipients?q=${encodeURIComponent(query.trim())}&limit=${limit}`, { signal });
  if (answers.size >= MOST) answers.clear();
  answers.set(key, { at: Date.now(), found: recipients });
  return recipients;
}

/** @param {string} address */
export async function forgetKnown(address) {
  await request('DELETE', `me/recipients/${encodeURIComponent(address)}`).catch((error) => {
    // Another window was faster.
    if (error.status !== 404) throw error;
  });
  answers.clear();
}

/** What was answered before holds no more: a mail was sent, somebody else has signed in. */
export function refreshKnown() {
  answers.clear();
}
