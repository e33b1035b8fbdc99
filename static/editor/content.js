// The message as a whole: shown, read, and what of it has a look that plain text cannot have.

import { clean, inert } from './clean.js';
import { LOOKS, htmlOf, textOf } from './text.js';

const parser = new DOMParser();
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** `parsed` makes text into a document that runs nothing; what comes of it is cleaned. Nothing else turns text into markup. */
const policy = window.trustedTypes?.createPolicy('editor', { createHTML: (html) => html });

/** @param {string} html @returns {any} */
export const trusted = (html) => policy?.createHTML(html) ?? html;

/** @param {string} html @returns {Document} */
export function parsed(html) {
  return parser.parseFromString(trusted(html), 'text/html');
}

/** @param {string} html @returns {DocumentFragment} */
export function cleaned(html) {
  return clean(parsed(html), 'show');
}

/** @param {string} text @returns {DocumentFragment} */
export function fromText(text) {
  return cleaned(htmlOf(text));
}

/**
 * What goes out, and what is kept: without anything that only the editor needs.
 * @param {HTMLElement} message
 * @returns {{html: string, tree: HTMLElement}}
 */
export function sentForm(message) {
  const tree = /** @type {HTMLElement} */ (inert.createElement('div'));
  tree.append(clean(message, 'send'));
  while (isEmptyLine(tree.lastElementChild) && tree.lastChild === tree.lastElementChild && tree.childNodes.length > 1) tree.lastElementChild.remove();
  if (tree.childNodes.length === 1 && isEmptyLine(tree.firstElementChild)) tree.replaceChildren();
  for (const block of tree.querySelectorAll('div, p, li, blockquote, td, th, h1, h2, h3, h4, h5, h6')) {
    if (!block.hasAttribute('dir') && RTL.test(block.textContent)) block.setAttribute('dir', 'auto');
  }
  return { html: tree.innerHTML, tree };
}

/** @param {HTMLElement} message @returns {{html: string, text: string, formatted: boolean}} */
export function contentOf(message) {
  const { html, tree } = sentForm(message);
  return { html, text: textOf(tree), formatted: tree.querySelector(LOOKS) !== null };
}

/** @param {string} html @returns {string} */
export function asText(html) {
  return textOf(cleaned(html));
}

/** @param {HTMLElement} message */
export function isEmpty(message) {
  return [...message.children].every((node) => node.className === 'signature' || (/^(div|p|br)$/.test(node.localName) && !node.textContent && !node.querySelector('img')))
    && [...message.childNodes].every((node) => node instanceof Element || !node.textContent?.trim());
}

/** @param {Element | null} node @returns {node is Element} */
function isEmptyLine(node) {
  return node !== null && /^(div|p)$/.test(node.localName) && !node.className && !node.textContent.trim() && !node.querySelector('img, hr, table, li');
}
