// The identities of the signed-in user. That they can be read is also how the page learns that somebody is signed in.

import { ApiError, request } from './api.js';

/**
 * Who one may send as. `name` is how `GET /mail` writes it; what a gateway does not tell is absent.
 *
 * @typedef {object} Identity
 * @property {number} id
 * @property {string} name
 * @property {string} [email]
 * @property {string} [realName] the name before the address, which may be empty
 * @property {string} [org]
 * @property {string} [label]
 * @property {string | null} [replyTo]
 * @property {string | null} [signature] HTML if it holds tags
 * @property {boolean} [default]
 */

/** @returns {Promise<{login: string | null, identities: Identity[]}>} the default identity first */
export async function loadIdentities() {
  try {
    const { user, identities } = await request('GET', 'me/identities');
    return { login: user.login, identities: identities.map(identityOf) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return loadNames();
    throw error;
  }
}

/**
 * An identity as the server tells it.
 *
 * @param {{id: number, display: string, name: string}} told
 * @returns {Identity}
 */
export function identityOf({ display, name, ...rest }) {
  return { ...rest, name: display, realName: name };
}

/** What a gateway without `/me` tells. */
async function loadNames() {
  const { responses } = await request('GET', 'mail');
  /** @type {string | null} */
  let login = null;
  const identities = Object.entries(responses).map(([path, name]) => {
    const [, owner, id] = /^\/(.+)\/mail\/(\d+)$/.exec(path) ?? [];
    login = owner ? decodeURIComponent(owner) : login;
    return { id: Number(id), name };
  });
  return { login, identities };
}
