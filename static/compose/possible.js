// Which attachments can be sent in which way.

import { shownName } from '../page/names.js';

const OWN = '/home/';

/** @param {import('./draft.js').Attachment} attachment @returns {boolean} whether it is no file of the user's own */
export function isUpload({ location }) {
  return !location?.startsWith(OWN);
}

/**
 * @param {string} type @param {import('./draft.js').Attachment[]} attachments
 * @returns {{kind: string, reason: string} | null} what among the attachments cannot be sent like that, and why
 */
export function obstacle(type, attachments) {
  const folder = attachments.find((attachment) => attachment.folder);
  if (folder && type === 'attach') return { kind: 'folders', reason: `The folder “${shownName(folder.name)}” cannot be attached, only linked.` };
  if (folder && type === 'link') return { kind: 'folders', reason: `The folder “${shownName(folder.name)}” cannot be copied: send a link to the folder itself.` };
  const upload = attachments.find(isUpload);
  if (upload && type === 'share_rw') return { kind: 'uploads', reason: `Recipients cannot change “${shownName(upload.name)}”: it is an upload, not one of your files.` };
  return null;
}
