// Style sheets of what is not part of the first view.

import { element } from './dom.js';

/** @param {string} name of a file below `style/`, without its ending @returns {Promise<void>} it applies, or is not to be had */
export function styleSheet(name) {
  const href = new URL(`../style/${name}.css`, import.meta.url).href;
  return new Promise((done) => {
    document.head.append(element('link', { rel: 'stylesheet', href, onload: () => done(), onerror: () => done() }));
  });
}
