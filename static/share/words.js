// What the scripts of a share's page say, in one place.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** As the server writes sizes. @param {number} bytes @returns {string} such as "820 B", "1.2 KiB", "48 MiB" */
export function size(bytes) {
  let unit = 0;
  while (unit + 1 < UNITS.length && bytes >= 1024 ** (unit + 1)) unit += 1;
  const figure = Math.floor((bytes / 1024 ** unit) * 10) / 10;
  return `${figure < 100 ? figure : Math.floor(figure)} ${UNITS[unit]}`;
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
