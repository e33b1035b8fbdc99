// One upload of a file for a message.

import { ApiError } from '../api.js';
import { t } from '../page/language.js';
import { transfer } from '../page/transfer.js';

/**
 * @param {File} file
 * @param {(share: number) => void} progress from 0 to 1
 * @returns {{location: Promise<string>, cancel: () => void}} a cancelled upload's location stays pending
 */
export function upload(file, progress) {
  // A redirect would be followed out of sight, and download the file again.
  const headers = { 'X-No-Location': 'true' };
  const { answer, cancel } = transfer('POST', `mail/attachments/${encodeURIComponent(file.name)}`, file, { headers, progress });
  return {
    location: answer.then((stored) => {
      if (stored?.location) return stored.location;
      throw new ApiError(0, t('attachments.cutOff'));
    }),
    cancel,
  };
}
