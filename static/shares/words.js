// The ways to share, in words.

/** @type {Record<string, string>} by type */
export const TYPES = {
  attach: 'Attached to the mail',
  link: 'Link to a copy',
  share_ro: 'Link to the file, read only',
  share_rw: 'Link to the file, may be changed',
};

const FOLDERS = { share_ro: 'Link to the folder, read only', share_rw: 'Link to the folder, may be changed' };

/** @param {{type: string, folder: boolean}} share */
export function typeText({ type, folder }) {
  return (folder && FOLDERS[type]) || TYPES[type] || type;
}

/** @param {number} count @param {string} one @param {string} [more] */
export function amount(count, one, more = `${one}s`) {
  return count === 1 ? `1 ${one}` : `${count} ${more}`;
}
