// Who was signed in on this device, so that drafts can be shown while there is no network. Forgotten with the sign-out.

const KEY = 'quillgate.user';

/** @typedef {{login: string, name: string, identities: import('../identities.js').Identity[]}} LastUser */

/** @param {LastUser} user */
export function rememberUser({ login, name, identities }) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ login, name, identities }));
  } catch {
    // No room: then there is nothing to be shown without a network.
  }
}

export function forgetUser() {
  localStorage.removeItem(KEY);
}

/** @returns {LastUser | null} */
export function lastUser() {
  try {
    const user = JSON.parse(localStorage.getItem(KEY) ?? '');
    return typeof user?.login === 'string' && Array.isArray(user.identities) ? user : null;
  } catch {
    return null;
  }
}
