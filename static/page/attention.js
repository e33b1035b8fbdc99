// Draws attention to a compose that arrives while the page is hidden: the tab's title and icon, a notification, a tone.

import { showCount } from '../notify/badge.js';
import { closeNotification, notify } from '../notify/notification.js';
import { wishes } from '../notify/wishes.js';
import { t } from './language.js';

export { notificationPermission } from '../notify/notification.js';

const PRODUCT = document.title;
let title = PRODUCT;

/** Subjects of what arrived unseen, by compose id. @type {Map<string, string>} */
const unread = new Map();

/** @param {string} page what the tab shows; empty: nothing in particular */
export function nameTab(page) {
  title = page ? `${page} – ${PRODUCT}` : PRODUCT;
  tell();
}

/**
 * @param {{id: string, subject: string, opener: string}} compose
 * @param {() => void} show brings the window up; called when the notification is clicked
 */
export function callAttention({ id, subject, opener }, show) {
  if (document.visibilityState === 'visible') return;
  unread.set(id, subject);
  tell();
  notify({ tag: id, title: subject, body: opener, data: { id } }, show);
  if (wishes().sound) import('../notify/sound.js').then(({ playTone }) => playTone()).catch(() => {});
}

/** @param {string} id of a compose that was withdrawn, seen or closed; its notification may be the worker's */
export function dismissAttention(id) {
  closeNotification(id);
  if (unread.delete(id)) tell();
}

/** The newest is named, and how many there are. */
function tell() {
  const subject = [...unread.values()].at(-1);
  document.title = subject === undefined ? title : t('notify.title', { unread: unread.size, subject, product: PRODUCT });
  showCount(unread.size);
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  unread.clear();
  tell();
});
