// What the server says, which is English by contract, in the language of the page as far as its words are known here.

import { humanSize } from './bytes.js';
import { element } from './dom.js';
import { inEnglish, t } from './language.js';

/** @type {typeof import('./server-messages.js').KNOWN} */
let known = [];

/** Once they are known: a page in English does without. */
export const ready = inEnglish ? Promise.resolve() : import('./server-messages.js').then(({ KNOWN }) => { known = KNOWN; }, () => {});

/** @param {string} message @returns {string | null} null: as the server has said it is best */
export function serverWords(message) {
  for (const [pattern, word, name] of known) {
    const found = pattern.exec(message);
    if (found) return t(/** @type {any} */ (word), name ? { [name]: name === 'size' ? humanSize(Number(found[1])) : found[1] } : {});
  }
  return null;
}

/** @param {string} warning several, it may be, one after the other @returns {string} each in words that are known here, or as it is */
export function warningWords(warning) {
  return warning.split('; ').map((part) => serverWords(part) ?? part).join('; ');
}

/** @param {unknown} error what was thrown @returns {Node | string} its message, read out in its own language */
export function said(error) {
  const { message, english = false } = /** @type {{message: string, english?: boolean}} */ (error);
  return english && !inEnglish ? element('span', { lang: 'en', dir: 'ltr' }, message) : message;
}
