// Draws attention to a compose that arrives while the page is hidden: the tab's title and icon, a notification, a tone.

import { t } from '../page/language.js';
import { PRODUCT, titleInstead } from '../page/title.js';
import { showCount } from './badge.js';
import { closeNotification, notify } from './notification.js';
import { wishes } from './wishes.js';

/** Subjects of what arrived unseen, by compose id. @type {Map<string, string>} */
const unread = new Map();

/**
 * @param {{id: string, subject: string, opener: string}} compose
 * @param {() => void} show brings the window up; called when the notification is clicked
 */
export function callAttention({ id, subject, opener }, show) {
  if (document.visibilityState === 'visible') return;
  unread.set(id, subject);
  tell();
  notify({ tag: id, title: subject, body: opener, data: { id } }, show);
  if (wishes().sound) import('./sound.js').then(({ playTone }) => playTone()).catch(() => {});
}

/** @param {string} id of a compose that was withdrawn, seen or closed; its notification may be the worker's */
export function dismissAttention(id) {
  closeNotification(id);
  if (unread.delete(id)) tell();
}

/** The newest is named, and how many there are. */
function tell() {
  const subject = [...unread.values()].at(-1);
  titleInstead(subject === undefined ? null : t('notify.title', { unread: unread.size, subject, product: PRODUCT }));
  showCount(unread.size);
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  unread.clear();
  tell();
});
