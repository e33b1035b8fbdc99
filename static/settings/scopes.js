// What tokens may do, in words.

import { t } from '../page/language.js';

/** Every scope that a person chooses; `groupdav` is the interface itself and comes with each that starts with "mail". */
export const SCOPES = /** @type {const} */ (['mail', 'mail:compose', 'mail:send', 'mail:upload', 'mail:session', 'mail:account', 'files']);

/** What people mostly want, from the least to the most. @type {Record<string, string[]>} */
export const PRESETS = {
  compose: ['groupdav', 'mail:compose', 'mail:upload'],
  send: ['groupdav', 'mail:send', 'mail:upload'],
  all: ['groupdav', 'mail', 'files'],
};

/** @param {string} scope */
export function scopeWord(scope) {
  return t(/** @type {import('../page/language.js').Word} */ (`scope.${scope}`));
}

/** @param {string[]} scopes @returns {string} such as "open compose windows, upload attachments" */
export function scopesInWords(scopes) {
  const known = SCOPES.filter((scope) => scopes.includes(scope));
  return known.length ? known.map(scopeWord).join(', ') : t('scope.nothing');
}

/** With what they need besides. @param {string[]} scopes */
export function completed(scopes) {
  return scopes.some((scope) => scope.startsWith('mail')) ? ['groupdav', ...scopes] : scopes;
}
