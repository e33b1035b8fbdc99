// What the service worker (sw.js) does about notifications: shows what a push message tells, and brings up the window when one is
// clicked. Its words are those that a page has left here, in the language of the person.

/// <reference lib="webworker" />

(() => {
  const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
  const { scope } = worker.registration;
  const path = new URL(scope).pathname;
  /** See static/notify/words.js, which writes it. */
  const WORDS_CACHE = `quillgate-words ${path}`;

  /** Milliseconds that a page has to say whether it has a window. One that is frozen says nothing. */
  const ANSWER_LIMIT = 400;

  worker.addEventListener('push', (event) => event.waitUntil(receive(event.data)));
  worker.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(bringUp(event.notification.data ?? {}));
  });
  worker.addEventListener('pushsubscriptionchange', (event) => {
    event.waitUntil(subscribeAgain(event.oldSubscription));
  });

  /** Every message leads to a notification: browsers allow no silent ones. @param {PushMessageData | null} data */
  async function receive(data) {
    const { type, id, subject, by, expires } = data?.json() ?? {};
    const words = await ownWords();
    const title = subject || words.untitled;
    // A page that shows the window has told of it already.
    const pages = await openPages();
    if (pages.some((page) => page.visibilityState === 'visible') && await holder(id, pages)) return;
    const options = { tag: id, icon: icon(), badge: icon(), data: { id } };
    if (type === 'compose' && Date.parse(expires) > Date.now()) {
      await worker.registration.showNotification(title, { ...options, body: filled(words.opener, { opener: by?.remark || by?.login || '' }), requireInteraction: true });
    } else {
      const text = type === 'opened' ? words.elsewhere : words.missed;
      await worker.registration.showNotification(filled(text, { subject: title }), { ...options, data: {}, silent: true });
    }
  }

  /** @param {{id?: string}} data without an id there is nothing to be shown any more */
  async function bringUp({ id }) {
    const pages = await openPages();
    const page = id && await holder(id, pages) || pages.find(({ visibilityState }) => visibilityState === 'visible') || pages[0];
    if (!page) return worker.clients.openWindow(id ? `${scope}#compose=${encodeURIComponent(id)}` : scope);
    if (id) page.postMessage({ type: 'show', id });
    return page.focus();
  }

  async function openPages() {
    const all = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    return all.filter(({ url }) => url.replace(/[?#].*/, '') === scope);
  }

  /** The page that has the window of a compose. @param {string} id @param {readonly WindowClient[]} pages @returns {Promise<WindowClient | null>} */
  function holder(id, pages) {
    const asked = pages.map((page) => new Promise((/** @type {(answer: WindowClient | null) => void} */ resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data ? page : null);
      page.postMessage({ type: 'who-has', id }, [port2]);
      setTimeout(resolve, ANSWER_LIMIT, null);
    }));
    return Promise.all(asked).then((answers) => answers.find(Boolean) ?? null);
  }

  /** @param {PushSubscription | null | undefined} old */
  async function subscribeAgain(old) {
    if (!old?.options.applicationServerKey) return;
    const subscription = await worker.registration.pushManager.subscribe(old.options);
    await fetch(`${scope}me/push`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
      body: JSON.stringify(subscription),
    });
  }

  /** @returns {Promise<Record<'untitled' | 'opener' | 'missed' | 'elsewhere', string>>} */
  async function ownWords() {
    const kept = await caches.match(scope, { cacheName: WORDS_CACHE });
    return kept ? kept.json() : { untitled: 'quillgate', opener: '{opener}', missed: '{subject}', elsewhere: '{subject}' };
  }

  /** @param {string} text @param {Record<string, string>} values */
  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  function icon() {
    return `${scope}static/${VERSION}/icons/icon-192.png`;
  }
})();
