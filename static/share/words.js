// What the scripts of a share's page say, in one place.

const UNITS = ['KB', 'MB', 'GB', 'TB'];

/** @param {number} bytes @returns {string} such as "820 bytes", "1.2 KB", "48 MB" */
export function size(bytes) {
  if (bytes === 1) return '1 byte';
  if (bytes < 1000) return `${bytes} bytes`;
  let figure = bytes;
  let unit = -1;
  do {
    figure /= 1000;
    unit += 1;
  } while (figure >= 999.5 && unit < UNITS.length - 1);
  return `${figure < 9.95 ? figure.toFixed(1) : Math.round(figure)} ${UNITS[unit]}`;
}

export const CANCEL = 'Cancel';
export const RETRY = 'Try again';
export const CANCELLED = 'Cancelled';
export const STARTING = 'Starting…';
export const DOWNLOADED = 'Downloaded';
export const UPLOADED = 'Uploaded';
export const STORING = 'Nearly there…';
export const TRANSFERS = 'Progress';

/** @param {number} done @param {number} all @returns {string} */
export function progress(done, all) {
  return `${size(done)} of ${size(all)}`;
}

/** @param {string} name @returns {string} */
export function removeTitle(name) {
  return `Delete “${name}”?`;
}

/** Why something was not taken or given. @param {number} status 0: no answer at all @returns {string} */
export function problem(status) {
  switch (status) {
    case 0: return 'The connection was lost.';
    case 401: return 'The password is needed again. Reload this page.';
    case 403: return 'This is not allowed here.';
    case 404: return 'This does not exist any more, or the link has expired.';
    case 408: return 'The connection is too slow.';
    case 409: return 'There is a folder of this name, or the folder is gone.';
    case 412: return 'Somebody else has changed it meanwhile. Reload this page to see it.';
    case 413: return 'The file is too large.';
    case 422: return 'This name cannot be used here.';
    case 429: return 'Too many attempts. Please wait a little.';
    case 507: return 'There is no room left for this file.';
    default: return 'Something went wrong.';
  }
}
