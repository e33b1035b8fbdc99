// The people whom the user has written to, as the server finds them.

import { request } from '../../api.js';

/** Milliseconds, and answers, that are kept. */
const LIFETIME = 30_000;
const MOST = 50;

/** @typedef {{address: string, name: string, mails: number, lastUsed: string}} KnownRecipient */

/** Finds people for one field. What was found lives no longer than the field, which is one user's. */
export class Known {
  /** @type {Map<string, {at: number, found: KnownRecipient[]}>} */
  #answers = new Map();

  /**
   * @param {string} query beginnings of words @param {number} limit @param {AbortSignal} signal
   * @returns {Promise<KnownRecipient[]>}
   */
  async find(query, limit, signal) {
    const key = query.trim().toLowerCase();
    const known = this.#answers.get(key);
    if (known && Date.now() - known.at < LIFETIME) return known.found;
    const { recipients } = await request('GET', `me/recipients?q=${encodeURIComponent(query.trim())}&limit=${limit}`, { signal });
    if (this.#answers.size >= MOST) this.#answers.clear();
    this.#answers.set(key, { at: Date.now(), found: recipients });
    return recipients;
  }

  /** @param {string} address */
  async forget(address) {
    this.#answers.clear();
    await forgetKnown(address);
  }
}

/** @param {string} address */
export async function forgetKnown(address) {
  await request('DELETE', `me/recipients/${encodeURIComponent(address)}`).catch((error) => {
    // Another window was faster.
    if (error.status !== 404) throw error;
  });
}
