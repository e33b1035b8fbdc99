// Sizes as people read them.

import { locale, t } from './language.js';

const UNITS = ['KB', 'MB', 'GB', 'TB'];
const SMALL = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const LARGE = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

/** @param {number} bytes @returns {string} such as "820 bytes", "1.2 KB", "48 MB" */
export function humanSize(bytes) {
  if (bytes < 1000) return t('dates.bytes', { count: bytes });
  let size = bytes;
  let unit = -1;
  do {
    size /= 1000;
    unit += 1;
  } while (size >= 999.5 && unit < UNITS.length - 1);
  return `${(size < 9.95 ? SMALL : LARGE).format(size)} ${UNITS[unit]}`;
}

/** @param {string} text with sizes as servers write them, "1073741824 bytes" */
export function withHumanSizes(text) {
  return text.replace(/\b(\d{4,}) bytes\b/g, (_, bytes) => humanSize(Number(bytes)));
}
