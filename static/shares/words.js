// The ways to share, in words.

import { t } from '../page/language.js';

/** @type {Record<string, string>} by type */
export const TYPES = {
  attach: t('shares.attach'),
  link: t('shares.link'),
  share_ro: t('shares.readOnly'),
  share_rw: t('shares.writable'),
};

/** @type {Record<string, string>} */
const FOLDERS = { share_ro: t('shares.readOnlyFolder'), share_rw: t('shares.writableFolder') };

/** @param {{type: string, folder: boolean}} share */
export function typeText({ type, folder }) {
  return (folder && FOLDERS[type]) || TYPES[type] || type;
}
