// Desktop notifications: through the service worker, which outlives the page and works on Android, or else by the page itself.

import { wishes } from './wishes.js';

/** @type {Map<string, Notification>} those of the page itself, by tag */
const own = new Map();
/** @type {Map<string, Promise<void>>} those that the worker is about to show, by tag: they cannot be closed before they are there */
const showing = new Map();

/** @returns {'default' | 'granted' | 'denied' | 'unsupported'} */
export function notificationPermission() {
  // Browsers offer notifications in secure contexts only.
  return 'Notification' in window ? Notification.permission : 'unsupported';
}

/** The worker of this page, if it runs: waiting for it could take for ever. */
async function registration() {
  const found = await navigator.serviceWorker?.getRegistration(document.baseURI).catch(() => undefined);
  return found?.active ? found : null;
}

/**
 * @param {{tag: string, title: string, body: string, data?: {id?: string}}} text
 * @param {() => void} show called when it is clicked, unless the worker sees to that
 */
export async function notify({ tag, title, body, data = {} }, show) {
  if (notificationPermission() !== 'granted' || !wishes().notification) return;
  const icon = new URL(`static/${document.documentElement.dataset.version}/icons/icon-192.png`, document.baseURI).href;
  const options = { body, tag, icon, data, silent: wishes().sound };
  const shown = showByWorker(title, options);
  showing.set(tag, shown.then(() => {}, () => {}));
  if (await shown.finally(() => showing.delete(tag))) return;
  try {
    const notification = new Notification(title, options);
    own.set(tag, notification);
    notification.addEventListener('close', () => own.delete(tag));
    notification.addEventListener('click', () => {
      window.focus();
      show();
      notification.close();
    });
  } catch {
    // Android knows the constructor but refuses it outside of a service worker.
  }
}

/** @param {string} title @param {NotificationOptions} options @returns {Promise<boolean>} whether there is a worker */
async function showByWorker(title, options) {
  const worker = await registration();
  await worker?.showNotification(title, options);
  return worker !== null;
}

/** @param {string} tag */
export async function closeNotification(tag) {
  await showing.get(tag);
  own.get(tag)?.close();
  const worker = await registration();
  const shown = await worker?.getNotifications({ tag }) ?? [];
  shown.forEach((notification) => notification.close());
}
