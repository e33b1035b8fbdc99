// Style sheets of what is not part of the first view.

import { element } from './dom.js';

/** @type {Map<string, Promise<void>>} by name */
const asked = new Map();

/** @param {string} name of a file below `style/`, without its ending @returns {Promise<void>} once it applies; rejects when it cannot be fetched */
export function styleSheet(name) {
  const known = asked.get(name);
  if (known) return known;
  const href = new URL(`../style/${name}.css`, import.meta.url).href;
  const there = new Promise((/** @type {(_: void) => void} */ done, failed) => {
    const onerror = () => {
      asked.delete(name);
      failed(new Error(`${href} cannot be fetched`));
    };
    document.head.append(element('link', { rel: 'stylesheet', href, onload: () => done(), onerror }));
  });
  asked.set(name, there);
  return there;
}
