// Which attachments can be sent in which way.

import { shownName } from '../page/names.js';

/**
 * @param {string} type @param {import('./draft.js').Attachment[]} attachments
 * @returns {string} why the attachments cannot be sent like that; empty: they can
 */
export function obstacle(type, attachments) {
  const folder = attachments.find((attachment) => attachment.folder);
  if (folder && type === 'attach') return `The folder “${shownName(folder.name)}” cannot be attached, only linked.`;
  if (folder && type === 'link') return `The folder “${shownName(folder.name)}” cannot be copied: send a link to the folder.`;
  const upload = attachments.find(({ location }) => !location?.startsWith('/home/'));
  if (upload && type === 'share_rw') return `Recipients cannot change “${shownName(upload.name)}”: it is an upload, not one of your files.`;
  return '';
}
