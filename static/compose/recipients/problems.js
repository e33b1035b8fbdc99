// What is wrong with recipients, in words.

import { shownName } from '../../page/names.js';
import { t } from '../../page/language.js';
import { splitAddresses } from '../addresses.js';
import { fullName, recipientOf } from './recipient.js';

/** Recipients that one sentence names. */
const NAMED = 3;
const KEYS = /** @type {const} */ (['to', 'cc', 'bcc', 'replyTo']);

/** @param {import('./recipient.js').Recipient} recipient @returns {string} a sentence; empty: nothing is wrong */
export function problemWords({ problem }) {
  return problem ? t(`recipients.wrong.${problem}`) : '';
}

/** @param {import('./recipient.js').Recipient} recipient @returns {string} a sentence; empty: the name is what it seems to be */
export function disguiseWords(recipient) {
  const { disguise, shownAddress, members } = recipient;
  return disguise ? t('recipients.disguise', { shown: disguise, address: shownAddress || members.join(', ') }) : '';
}

/** @param {import('./recipient.js').Recipient[]} recipients @returns {string} names those that are wrong; empty: none is */
export function wrongWords(recipients) {
  const wrong = recipients.filter(({ problem }) => problem);
  if (!wrong.length) return '';
  const named = wrong.slice(0, NAMED).map((recipient) => t('recipients.wrong', { text: shownName(recipient.text), why: problemWords(recipient) }));
  return [...named, ...(wrong.length > NAMED ? [t('recipients.wrongMore', { count: wrong.length - NAMED })] : [])].join(' ');
}

/**
 * @param {import('../draft.js').Draft} draft
 * @returns {{message: string, field: string} | null} why it cannot be sent to those that it is for
 */
export function recipientProblem(draft) {
  for (const field of KEYS) {
    const message = wrongWords(splitAddresses(draft[field]).map(recipientOf));
    if (message) return { message, field };
  }
  return null;
}

/** @param {import('./recipient.js').Recipient} recipient @returns {string} all that there is to know about it, for those who do not see the chip */
export function chipWords(recipient) {
  const words = [problemWords(recipient), disguiseWords(recipient)].filter(Boolean);
  return [fullName(recipient), ...words].join('. ');
}
