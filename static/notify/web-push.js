// Web Push on this device: the browser is called although no page is open in it.

import { request } from '../api.js';
import { leaveWords } from './words.js';

/** Whether this browser has it. In a plain http page, and in Safari on iOS outside of an installed page, there is none. */
export const hasPush = 'serviceWorker' in navigator && 'PushManager' in window;

/** @typedef {{subscriptions: {id: number, current: boolean}[]}} Called as `GET /me/push` tells it */

/** @returns {Promise<boolean>} whether this browser is called, as far as it and the server know */
export async function isCalled() {
  const subscription = await current();
  if (!subscription) return false;
  /** @type {Called} */
  const { subscriptions } = await request('GET', 'me/push');
  return subscriptions.some((each) => each.current);
}

/** Asks the browser and tells the server. */
export async function callMe() {
  const { publicKey } = await request('GET', 'me/push');
  const { pushManager } = await navigator.serviceWorker.ready;
  const applicationServerKey = bytes(publicKey);
  const before = await pushManager.getSubscription();
  // One that was made for another server key is of no use.
  if (before && !same(before.options.applicationServerKey, applicationServerKey)) await before.unsubscribe();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  await leaveWords();
  await request('POST', 'me/push', { json: subscription.toJSON() });
}

export async function callMeNoMore() {
  /** @type {Called} */
  const { subscriptions } = await request('GET', 'me/push');
  await Promise.all(subscriptions.filter((each) => each.current).map(({ id }) => request('DELETE', `me/push/${id}`)));
  await forgetPush();
}

/** After a sign-out: the server has forgotten it, and the browser is to do so. */
export async function forgetPush() {
  await (await current())?.unsubscribe();
}

async function current() {
  const registration = await navigator.serviceWorker?.getRegistration(document.baseURI);
  return registration?.pushManager?.getSubscription();
}

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer | null} one @param {Uint8Array} other */
function same(one, other) {
  return one !== null && one.byteLength === other.length && new Uint8Array(one).every((byte, index) => byte === other[index]);
}
