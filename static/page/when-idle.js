// What can wait until the browser has nothing else to do.

/** Milliseconds after which the browser is taken for busy, and it happens all the same. */
const LIMIT = 3_000;

/** @param {() => void} act */
export function whenIdle(act) {
  // Safari has no such callback.
  if ('requestIdleCallback' in window) requestIdleCallback(act, { timeout: LIMIT });
  else setTimeout(act);
}
