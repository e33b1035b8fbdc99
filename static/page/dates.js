// Days and times as people read them.

import { locale } from './language.js';

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { day: 'numeric', month: 'short', year: 'numeric' };
/** @type {Intl.DateTimeFormatOptions} */
const MINUTE = { hour: 'numeric', minute: '2-digit' };

/** The time for today, the day for everything before. @param {Date} date */
export function shortTime(date) {
  return isToday(date) ? date.toLocaleTimeString(locale, MINUTE) : date.toLocaleDateString(locale, DAY);
}

/** @param {Date} date */
export function longTime(date) {
  return date.toLocaleString(locale, { ...DAY, ...MINUTE });
}

/** @param {string} day `yyyy-mm-dd`, which belongs to no time zone */
export function dayText(day) {
  return new Date(`${day}T00:00:00`).toLocaleDateString(locale, DAY);
}

/** @param {number} days from today on @returns {string} `yyyy-mm-dd` */
export function dayFromToday(days) {
  const date = new Date();
  date.setDate(date.getDate() + days);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** @param {Date} date */
function isToday(date) {
  return date.toDateString() === new Date().toDateString();
}
