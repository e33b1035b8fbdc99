// What is asked about a share: how it is to go on, and whether it is to end.

import { request } from '../api.js';
import { ask } from '../page/dialog.js';
import { element } from '../page/dom.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';
import { DownloadsField } from './downloads-field.js';
import { ExpirationField } from './expiration-field.js';
import { PasswordField } from './password-field.js';

/** @param {import('./share-row.js').Share} share */
const pathOf = (share) => `mail/shares/${encodeURIComponent(share.token)}`;

/** @param {import('./share-row.js').Share} share @returns {Promise<import('./share-row.js').Share | null>} as it is then; null: given up */
export function askToChange(share) {
  const expiration = new ExpirationField({ id: 'share-expiration', value: share.expiration });
  const password = new PasswordField({ id: 'share-password', value: null, kept: share.hasPassword ? t('shares.passwordSet') : '' });
  const downloads = new DownloadsField({ id: 'share-downloads', value: share.maxDownloads });
  expiration.select.dataset.first = '';
  return ask({
    title: t('shares.shareOf', { name: shownName(share.name) }),
    content: [
      field(t('shares.valid'), 'share-expiration', expiration.node),
      field(t('shares.password'), 'share-password', password.node, share.hasPassword ? t('shares.changeEndsDownloads') : ''),
      field(t('shares.downloadsInAll'), 'share-downloads', downloads.node, share.downloads ? t('shares.downloadsSoFar', { count: share.downloads }) : ''),
    ],
    submit: t('shares.save'),
    act: async () => {
      if (expiration.value === '') throw new Error(t('shares.lastDayMissing'));
      if (Number.isNaN(downloads.value)) throw new Error(t('shares.downloadsWrong'));
      /** @type {Record<string, unknown>} */
      const change = {};
      if (expiration.value !== share.expiration) change.shareExpiration = expiration.value;
      if (password.value !== null) change.sharePassword = password.value || null;
      if (downloads.value !== share.maxDownloads) change.shareMaxDownloads = downloads.value;
      return Object.keys(change).length ? await request('PATCH', pathOf(share), { json: change }) : share;
    },
  });
}

/** @param {import('./share-row.js').Share} share */
export function askToRevoke(share) {
  return ask({
    title: t('shares.revokeTitle', { name: shownName(share.name) }),
    content: [element('p', {}, t(share.type === 'link' ? 'shares.revokeCopy' : 'shares.revokeLive'))],
    submit: t('shares.revoke'), danger: true,
    act: async () => {
      await request('DELETE', pathOf(share)).catch((error) => { if (error.status !== 404) throw error; });
    },
  });
}

/** @param {string} label @param {string} id @param {Node} node @param {string} [hint] */
function field(label, id, node, hint = '') {
  return element('div', { class: 'dialog-field' }, element('label', { for: id }, label), node, hint ? element('small', { class: 'hint' }, hint) : null);
}
