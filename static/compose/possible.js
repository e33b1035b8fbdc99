// Which attachments can be sent in which way.

import { t } from '../page/language.js';
import { shownName } from '../page/names.js';

const OWN = '/home/';

/** @param {import('./draft.js').Attachment} attachment @returns {boolean} whether it is no file of the user's own */
export function isUpload({ location }) {
  return !location?.startsWith(OWN);
}

/**
 * @param {string} type @param {import('./draft.js').Attachment[]} attachments
 * @returns {{kind: 'folders' | 'uploads', reason: string} | null} what among the attachments cannot be sent like that, and why
 */
export function obstacle(type, attachments) {
  const folder = attachments.find((attachment) => attachment.folder);
  if (folder && type === 'attach') return { kind: 'folders', reason: t('attachments.folderOnlyLinked', { name: shownName(folder.name) }) };
  if (folder && type === 'link') return { kind: 'folders', reason: t('attachments.folderNotCopied', { name: shownName(folder.name) }) };
  const upload = attachments.find(isUpload);
  if (upload && type === 'share_rw') return { kind: 'uploads', reason: t('attachments.uploadNotChanged', { name: shownName(upload.name) }) };
  return null;
}
