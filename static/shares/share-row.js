// One share in the table of shares.

import { humanSize } from '../page/bytes.js';
import { copyText } from '../page/copy.js';
import { dayText, longTime, shortTime } from '../page/dates.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { shownName } from '../page/names.js';
import { amount, typeText } from './words.js';

/** Recipients that are named; a mail may go to hundreds. */
const NAMED = 3;

/**
 * @typedef {object} Share as `GET /mail/shares` tells it
 * @property {string} token
 * @property {string} url
 * @property {'link' | 'share_ro' | 'share_rw'} type
 * @property {string} name
 * @property {string | null} path where it is now, if it is the live one
 * @property {boolean} folder
 * @property {number} size
 * @property {string | null} expiration its last day
 * @property {boolean} hasPassword
 * @property {number | null} maxDownloads
 * @property {number} downloads
 * @property {number} accesses
 * @property {string | null} lastAccess
 * @property {string} created
 * @property {string[]} recipients
 * @property {boolean} ended
 */

/** @param {Share} share @param {{change: (share: Share) => void, revoke: (share: Share) => void}} actions */
export function shareRow(share, actions) {
  const name = shownName(share.name);
  return element('tr', { class: 'share', 'data-ended': share.ended, 'data-token': share.token },
    element('td', { class: 'share-what' }, element('div', {},
      icon(share.folder ? 'folder' : 'file'),
      element('span', { class: 'share-texts' },
        element('span', { class: 'share-name' }, element('bdi', { title: share.path ?? name }, name), badge(share)),
        element('small', {}, [typeText(share), share.folder ? '' : humanSize(share.size), `since ${shortTime(new Date(share.created))}`].filter(Boolean).join(' · '))))),
    cell('Recipients', element('span', { class: 'share-recipients', title: share.recipients.join(', ') }, recipientsText(share.recipients))),
    cell('Valid', untilText(share)),
    cell('Password', share.hasPassword ? icon('lock', 16) : null, share.hasPassword ? 'Yes' : 'No'),
    cell('Opened', openedText(share), element('small', {}, downloadsText(share))),
    element('td', { class: 'share-actions' }, ...(share.ended ? [] : buttons(share, name, actions))));
}

function badge({ ended, downloads, maxDownloads }) {
  const usedUp = maxDownloads !== null && downloads >= maxDownloads;
  return ended || usedUp ? element('span', { class: 'badge' }, ended ? 'Ended' : 'Used up') : null;
}

function cell(label, ...content) {
  return element('td', { 'data-label': label }, element('span', { class: 'share-cell' }, ...content));
}

function buttons(share, name, { change, revoke }) {
  const label = element('span', {}, 'Copy link');
  const copy = element('button', { type: 'button', class: 'button button-small', 'aria-label': `Copy link to ${name}`, onclick: () => copyText(share.url, label, () => showAddress(share.url, copy)) }, icon('link', 14), label);
  return [
    copy,
    element('button', { type: 'button', class: 'button button-small', 'aria-label': `Change the share of ${name}`, onclick: () => change(share) }, 'Change…'),
    element('button', { type: 'button', class: 'button button-small', 'aria-label': `Revoke the share of ${name}`, onclick: () => revoke(share) }, 'Revoke…'),
  ];
}

/** For a browser that lets no script copy: the address itself, selected. */
function showAddress(url, button) {
  const field = element('input', { class: 'input share-address', readonly: true, value: url, 'aria-label': 'Address of the share' });
  button.replaceWith(field);
  field.select();
}

function untilText({ expiration, ended }) {
  if (expiration) return `${ended ? 'until' : 'through'} ${dayText(expiration)}`;
  return ended ? 'not any more' : 'until 100 days without access';
}

function openedText({ accesses, lastAccess }) {
  return lastAccess ? element('span', { title: longTime(new Date(lastAccess)) }, `${amount(accesses, 'time')}, last ${shortTime(new Date(lastAccess))}`) : 'Never';
}

function downloadsText({ downloads, maxDownloads }) {
  if (maxDownloads !== null) return `${downloads} of ${amount(maxDownloads, 'download')}`;
  return downloads ? amount(downloads, 'download') : '';
}

function recipientsText(recipients) {
  const more = recipients.length - NAMED;
  return recipients.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '') || '–';
}
