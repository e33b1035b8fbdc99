// Tells users of a screen reader what happened elsewhere on the page, without moving the focus.

import { byId } from './dom.js';

/** @param {string} text */
export function announce(text) {
  const announcer = byId('announcer');
  // The same sentence twice in a row would be no change, and so not be read out.
  announcer.textContent = announcer.textContent === text ? `${text}\u00a0` : text;
}
