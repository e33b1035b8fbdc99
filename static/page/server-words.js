// What the server says, which is English by contract, in the language of the page as far as its words are known here.

import { humanSize } from './bytes.js';
import { element } from './dom.js';
import { language, t } from './language.js';

/** @type {[RegExp, (...found: string[]) => string][]} */
const KNOWN = [
  [/^Wrong login or password$/, () => t('server.wrongLogin')],
  [/^Signed out, please sign in again$/, () => t('server.signedOut')],
  [/^Too many (?:failed )?logins/, () => t('server.tooOften')],
  [/^There is a file or folder of this name already$/, () => t('server.nameTaken')],
  [/^There is a folder of this name$/, () => t('server.folderTaken')],
  [/^There is no folder to put it into$/, () => t('server.noFolder')],
  [/^A folder cannot be moved into itself$/, () => t('server.intoItself')],
  [/^The path would have more than (\d+) levels$/, (most) => t('server.tooDeep', { most })],
  [/^The file does not fit into your quota of (\d+) bytes/, (bytes) => t('server.quota', { size: humanSize(Number(bytes)) })],
  [/^You have (\d+) files and folders already/, (most) => t('server.tooMany', { most })],
  [/^The server has no space left for files$/, () => t('server.noSpace')],
];

/** @param {string} message @returns {string | null} null: as the server has said it is best */
export function serverWords(message) {
  if (language === 'en') return null;
  for (const [pattern, words] of KNOWN) {
    const found = pattern.exec(message);
    if (found) return words(...found.slice(1));
  }
  return null;
}

/** @param {unknown} error what was thrown @returns {Node | string} its message, read out in its own language */
export function said(error) {
  const { message, english = false } = /** @type {{message: string, english?: boolean}} */ (error);
  return english && language !== 'en' ? element('span', { lang: 'en', dir: 'ltr' }, message) : message;
}
