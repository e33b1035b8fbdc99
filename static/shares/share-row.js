// One share in the table of shares.

import { humanSize } from '../page/bytes.js';
import { copyText } from '../page/copy.js';
import { dayText, longTime, shortTime } from '../page/dates.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';
import { typeText } from './words.js';

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
        element('small', {}, [typeText(share), share.folder ? '' : humanSize(share.size), t('shares.since', { time: shortTime(new Date(share.created)) })].filter(Boolean).join(' · '))))),
    cell(t('shares.recipients'), element('span', { class: 'share-recipients', title: share.recipients.join(', ') }, recipientsText(share.recipients))),
    cell(t('shares.valid'), untilText(share)),
    cell(t('shares.password'), share.hasPassword ? icon('lock', 16) : null, t(share.hasPassword ? 'shares.yes' : 'shares.no')),
    cell(t('shares.opened'), openedText(share), element('small', {}, downloadsText(share))),
    element('td', { class: 'share-actions' }, ...(share.ended ? [] : buttons(share, name, actions))));
}

/** @param {Share} share */
function badge({ ended, downloads, maxDownloads }) {
  const usedUp = maxDownloads !== null && downloads >= maxDownloads;
  return ended || usedUp ? element('span', { class: 'badge' }, t(ended ? 'shares.ended' : 'shares.usedUp')) : null;
}

/** @param {string} label @param {...(Node | string | null)} content */
function cell(label, ...content) {
  return element('td', { 'data-label': label }, element('span', { class: 'share-cell' }, ...content));
}

/** @param {Share} share @param {string} name @param {Parameters<typeof shareRow>[1]} actions */
function buttons(share, name, { change, revoke }) {
  const label = element('span', {}, t('shares.copyLink'));
  const copy = element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.copyLinkOf', { name }), onclick: () => copyText(share.url, label, () => showAddress(share.url, copy)) }, icon('link', 14), label);
  return [
    copy,
    element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.changeOf', { name }), onclick: () => change(share) }, t('shares.change')),
    element('button', { type: 'button', class: 'button button-small', 'aria-label': t('shares.revokeOf', { name }), onclick: () => revoke(share) }, t('shares.revokeMore')),
  ];
}

/** For a browser that lets no script copy: the address itself, selected. @param {string} url @param {HTMLElement} button */
function showAddress(url, button) {
  const field = element('input', { class: 'input share-address', readonly: true, value: url, 'aria-label': t('shares.address') });
  button.replaceWith(field);
  field.select();
}

/** @param {Share} share */
function untilText({ expiration, ended }) {
  if (expiration) return t(ended ? 'shares.until' : 'shares.through', { day: dayText(expiration) });
  return t(ended ? 'shares.notAnyMore' : 'shares.untilUnused');
}

/** @param {Share} share */
function openedText({ accesses, lastAccess }) {
  if (!lastAccess) return t('shares.never');
  const last = new Date(lastAccess);
  return element('span', { title: longTime(last) }, t('shares.openedTimes', { count: accesses, time: shortTime(last) }));
}

/** @param {Share} share */
function downloadsText({ downloads, maxDownloads }) {
  if (maxDownloads !== null) return t('shares.downloadsOf', { done: downloads, count: maxDownloads });
  return downloads ? t('shares.downloads', { count: downloads }) : '';
}

/** @param {string[]} recipients */
function recipientsText(recipients) {
  const more = recipients.length - NAMED;
  const names = recipients.slice(0, NAMED).join(', ');
  return more > 0 ? t('shares.andMore', { names, count: more }) : names || '–';
}
