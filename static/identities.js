// The identities of the signed-in user. That they can be read is also how the page learns that somebody is signed in.

import { ApiError, request } from './api.js';

/** @typedef {import('./compose/shape.js').Identity} Identity */

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
