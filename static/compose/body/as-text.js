// A message as text without its frame. Its HTML is only read here, never shown: what is built from it stays out of the
// document, and holds no attribute that could fetch or run anything.

import { LOOKS, textOf } from '../../editor/text.js';

const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>|<!--[^]*?-->|([^<]+|<)/gi;
const ATTRIBUTE = /([a-z-]+)="([^"]*)"/gi;
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
/** What text is made from. */
const WANTED = new Set(['align', 'alt', 'class', 'href', 'start']);
/** @type {Record<string, string>} */
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', '#34': '"', '#39': "'" };

/**
 * @param {string} html as browsers and the server write it: each element closed, hardly an entity
 * @returns {{text: string, formatted: boolean, tree: HTMLElement}} `formatted`: text cannot hold all of it
 */
export function asText(html) {
  const tree = treeOf(html);
  return { text: textOf(tree), formatted: tree.querySelector(LOOKS) !== null, tree };
}

/** @param {string} html */
function treeOf(html) {
  const inert = document.implementation.createHTMLDocument('');
  const root = inert.createElement('div');
  /** @type {HTMLElement} */
  let at = root;
  for (const [, end, name, attributes, text] of html.matchAll(TOKEN)) {
    if (text !== undefined) at.append(decoded(text));
    else if (!name) continue;
    else if (end) at = /** @type {HTMLElement | null} */ (at.closest(name.toLowerCase())?.parentElement) ?? at;
    else {
      const node = inert.createElement(name);
      for (const [, key, value] of attributes.matchAll(ATTRIBUTE)) {
        if (key === 'style') node.style.cssText = decoded(value);
        else if (WANTED.has(key)) node.setAttribute(key, decoded(value));
      }
      at.append(node);
      if (!VOID.has(node.localName)) at = node;
    }
  }
  return root;
}

/** @param {string} text */
function decoded(text) {
  return text.replace(/&(amp|lt|gt|quot|nbsp|#34|#39);/g, (_, name) => ENTITIES[name]);
}
