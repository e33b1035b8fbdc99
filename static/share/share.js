// What makes the page of a share more pleasant: progress, uploads, times of the reader's own zone. Without it the
// download is a plain link.

import { Download } from './download.js';
import { removals } from './remove.js';
import { Uploads } from './upload.js';

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

for (const time of document.querySelectorAll('time[datetime]')) {
  time.textContent = MOMENT.format(new Date(time.dateTime));
}
for (const place of document.querySelectorAll('.download:not([data-counted])')) new Download(place);
for (const place of document.querySelectorAll('.upload')) new Uploads(place);
removals();
document.documentElement.dataset.ready = '';
