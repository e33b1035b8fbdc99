// The identities of the signed-in user. That they can be read is also how the page learns that somebody is signed in.

import { request } from './api.js';

/**
 * @returns {Promise<{login: string | null, identities: {id: number, name: string}[]}>} the default identity first
 */
export async function loadIdentities() {
  const { responses } = await request('GET', 'mail');
  let login = null;
  const identities = Object.entries(responses).map(([path, name]) => {
    const [, owner, id] = /^\/(.+)\/mail\/(\d+)$/.exec(path) ?? [];
    login = owner ? decodeURIComponent(owner) : login;
    return { id: Number(id), name };
  });
  return { login, identities };
}
