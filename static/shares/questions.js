// What is asked about a share: how it is to go on, and whether it is to end.

import { request } from '../api.js';
import { ask } from '../page/dialog.js';
import { element } from '../page/dom.js';
import { shownName } from '../page/names.js';
import { DownloadsField } from './downloads-field.js';
import { ExpirationField } from './expiration-field.js';
import { PasswordField } from './password-field.js';

const pathOf = (share) => `mail/shares/${encodeURIComponent(share.token)}`;

/** @param {import('./share-row.js').Share} share @returns {Promise<any>} the share as it is then; null: given up */
export function askToChange(share) {
  const expiration = new ExpirationField({ id: 'share-expiration', value: share.expiration });
  const password = new PasswordField({ id: 'share-password', value: null, kept: share.hasPassword ? 'A password is set' : '' });
  const downloads = new DownloadsField({ id: 'share-downloads', value: share.maxDownloads });
  expiration.select.dataset.first = '';
  return ask({
    title: `Share of “${shownName(share.name)}”`,
    content: [
      field('Valid', 'share-expiration', expiration.node),
      field('Password', 'share-password', password.node, share.hasPassword ? 'A change ends downloads that are under way.' : ''),
      field('Downloads in all', 'share-downloads', downloads.node, share.downloads ? `${share.downloads} so far.` : ''),
    ],
    submit: 'Save',
    act: async () => {
      if (expiration.value === '') throw new Error('Enter the last day, or choose to have none.');
      if (Number.isNaN(downloads.value)) throw new Error('Downloads: enter a whole number from 1 on, or nothing for no limit.');
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
    title: `Revoke the share of “${shownName(share.name)}”?`,
    content: [element('p', {}, 'The link stops working at once, downloads under way end, and it cannot be brought back.',
      share.type === 'link' ? ' The copy behind it is deleted.' : ' The file itself stays where it is.')],
    submit: 'Revoke', danger: true,
    act: async () => {
      await request('DELETE', pathOf(share)).catch((error) => { if (error.status !== 404) throw error; });
    },
  });
}

function field(label, id, node, hint = '') {
  return element('div', { class: 'dialog-field' }, element('label', { for: id }, label), node, hint ? element('small', { class: 'hint' }, hint) : null);
}
