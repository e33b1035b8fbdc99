// Draws attention to a compose that arrives while the page is hidden: the tab's title and a desktop notification.

const PRODUCT = document.title;
let title = PRODUCT;

/** @type {Map<string, Notification | null>} by compose id */
const unread = new Map();

/** @param {string} page what the tab shows; empty: nothing in particular */
export function nameTab(page) {
  title = page ? `${page} – ${PRODUCT}` : PRODUCT;
  if (!unread.size) document.title = title;
}

/** @returns {'default' | 'granted' | 'denied' | 'unsupported'} */
export function notificationPermission() {
  // Browsers offer notifications in secure contexts only.
  return 'Notification' in window ? Notification.permission : 'unsupported';
}

/**
 * @param {{id: string, subject: string, opener: string}} compose
 * @param {() => void} show brings the window up; called when the notification is clicked
 */
export function callAttention({ id, subject, opener }, show) {
  if (document.visibilityState === 'visible') return;
  unread.set(id, notify(id, subject, opener, show));
  document.title = `(${unread.size}) New message: ${subject} – ${PRODUCT}`;
}

/** @param {string} id of a compose that was withdrawn, seen or closed */
export function dismissAttention(id) {
  unread.get(id)?.close();
  if (unread.delete(id) && !unread.size) document.title = title;
}

function notify(id, subject, opener, show) {
  if (notificationPermission() !== 'granted') return null;
  try {
    const notification = new Notification(subject, { body: opener, tag: id, icon: new URL('static/favicon.svg', document.baseURI).href });
    notification.addEventListener('click', () => {
      window.focus();
      show();
      notification.close();
    });
    return notification;
  } catch {
    // Android knows the constructor but refuses it outside of a service worker.
    return null;
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  document.title = title;
  unread.clear();
});
