// The service worker: keeps the page for times without a network. The part that notifications need is notify/worker.js.
//
// The server fills in the version and the files it consists of, so that a changed server means a changed worker. A page and
// all that it loads are of one version: each version has a cache of its own, which stays until no page uses it any more.

/// <reference lib="webworker" />

const VERSION = '';
/** @type {string[]} paths below `static/` */
const FILES = [];

/** Milliseconds that the network has for the page when there is one in the cache. */
const NETWORK_LIMIT = 3_000;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** Ends with a slash; the page is there. */
const SCOPE = worker.registration.scope;
/** Caches of the origin are shared with a worker of another scope. */
const PREFIX = `quillgate ${new URL(SCOPE).pathname} `;
const STATIC = new RegExp(`^${SCOPE.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}static/([0-9a-f]{16})/`);

importScripts(`${SCOPE}static/${VERSION}/notify/worker.js`);

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(Promise.all([removeUnused(), worker.clients.claim()])));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = request.url.replace(/[?#].*/, '');
  if (request.mode === 'navigate' && url === SCOPE) {
    event.respondWith(page(request));
    event.waitUntil(removeUnused());
    return;
  }
  const [, version] = STATIC.exec(url) ?? [];
  if (version) event.respondWith(file(request, version));
});

async function install() {
  const cache = await caches.open(PREFIX + VERSION);
  // Fetched anew: the page of another version would ask for files that are not here.
  const response = await fetch(SCOPE, { cache: 'no-store' });
  const text = await response.clone().text();
  if (!response.ok || !text.includes(`data-version="${VERSION}"`)) throw new Error('the server has another version by now');
  await Promise.all([
    cache.put(SCOPE, response),
    cache.addAll(FILES.map((path) => `${SCOPE}static/${VERSION}/${path}`)),
  ]);
  // Pages of an earlier version go on with the files that they have.
  await worker.skipWaiting();
}

/** From the network, so that a changed server is noticed; from the cache where that does not answer. @param {Request} request @returns {Promise<Response>} */
async function page(request) {
  const kept = await (await caches.open(PREFIX + VERSION)).match(SCOPE);
  if (!kept) return fetch(request);
  const limit = new Promise((/** @type {(answer: Response) => void} */ resolve) => setTimeout(resolve, NETWORK_LIMIT, kept));
  // What a proxy says while the server is away is of less use than the page.
  const fetched = fetch(request).then((response) => (response.status < 500 ? response : kept), () => kept);
  return Promise.race([fetched, limit]);
}

/** @param {Request} request @param {string} version @returns {Promise<Response>} */
async function file(request, version) {
  const kept = await caches.match(request.url, { cacheName: PREFIX + version });
  return kept ?? fetch(request);
}

/** Pages hold a lock with the name of their version. */
async function removeUnused() {
  const { held = [] } = await navigator.locks.query();
  const used = new Set([PREFIX + VERSION, ...held.map(({ name }) => name)]);
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && !used.has(name)).map((name) => caches.delete(name)));
}
