// What makes the page of a share more pleasant: progress, uploads, times of the reader's own zone. Without it the
// download is a plain link.

import { Download } from './download.js';
import { removals } from './remove.js';
import { Uploads } from './upload.js';
import { LOCALE } from './words.js';

const MOMENT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });

for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll('time[datetime]'))) {
  time.textContent = MOMENT.format(new Date(time.dateTime));
}
for (const place of all('.download:not([data-counted])')) new Download(place);
for (const place of all('.upload')) new Uploads(place);
removals();
document.documentElement.dataset.ready = '';

/** @param {string} selector @returns {NodeListOf<HTMLElement>} */
function all(selector) {
  return document.querySelectorAll(selector);
}
