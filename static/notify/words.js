// Leaves the words of notifications with the service worker, which has no other way to know the language of the person.

import { t } from '../page/language.js';

/** See notify/worker.js, which reads it. */
const CACHE = `quillgate-words ${new URL(document.baseURI).pathname}`;

export async function leaveWords() {
  const words = { untitled: t('notify.untitled'), opener: t('notify.opener'), missed: t('notify.missed'), elsewhere: t('notify.elsewhere') };
  const cache = await caches.open(CACHE);
  await cache.put(document.baseURI, new Response(JSON.stringify(words), { headers: { 'Content-Type': 'application/json' } }));
}
