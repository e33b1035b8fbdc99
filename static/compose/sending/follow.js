// Asks the server what becomes of a send, for as long as somebody wants to know.

import { request } from '../../api.js';

/** Seconds that the server may wait for something to happen. */
const WAIT = 15;
/** Bytes above which it is worth while to show how far a message has come. */
export const LARGE = 1_000_000;
/** Milliseconds between questions that got no answer. */
const RETRY = 1_000;
const RETRY_MOST = 15_000;

/**
 * @typedef {object} KnownSend as `GET /mail/sends/<id>` tells it
 * @property {'held' | 'sending' | 'sent' | 'failed' | 'undone' | 'in doubt'} state
 * @property {number | null} undoLeft milliseconds
 * @property {number | null} bytes
 * @property {number} bytesSent
 * @property {string | null} messageId
 * @property {string | null} warning
 * @property {{error: number, message: string, details?: any} | null} error
 */

/**
 * @param {string} id of the send
 * @param {{wanted: () => boolean, known: (send: KnownSend) => void, unreachable: () => void}} listener
 * @returns {Promise<KnownSend | null>} how it ended; null: nobody wants to know any more, or nobody is signed in
 * @throws {import('../../api.js').ApiError} 404: the server knows nothing of it
 */
export async function follow(id, { wanted, known, unreachable }) {
  let wait = 0;
  let attempt = 0;
  while (wanted()) {
    try {
      /** @type {KnownSend} */
      const send = await request('GET', `mail/sends/${id}`, { headers: wait ? { Prefer: `wait=${wait}` } : {} });
      if (!wanted()) return null;
      if (send.state !== 'held' && send.state !== 'sending') return send;
      known(send);
      wait = send.state === 'sending' && Number(send.bytes) > LARGE ? 1 : WAIT;
      attempt = 0;
    } catch (error) {
      const { status } = /** @type {import('../../api.js').ApiError} */ (error);
      if (status === 404) throw error;
      if (status === 401 || !wanted()) return null;
      unreachable();
      await sleep(Math.min(RETRY * 2 ** attempt++, RETRY_MOST));
    }
  }
  return null;
}

/** @param {number} milliseconds */
export function sleep(milliseconds) {
  return new Promise((done) => { setTimeout(done, milliseconds); });
}
