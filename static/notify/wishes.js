// How the person wants to be called on this device.

const KEY = 'quillgate.notify';

/** @typedef {{notification: boolean, sound: boolean}} Wishes */

/** @type {Wishes} */
const USUAL = { notification: true, sound: false };

/** @returns {Wishes} */
export function wishes() {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    return USUAL;
  }
}

/** @param {Partial<Wishes>} change */
export function wish(change) {
  localStorage.setItem(KEY, JSON.stringify({ ...wishes(), ...change }));
}
