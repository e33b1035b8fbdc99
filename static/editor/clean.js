// Makes HTML of others fit for a message: it is built anew out of what allowed.js lists, so that what is not listed
// does not exist. Nothing is read from properties of the source that its own elements could stand in front of.

import { AS_DIV, BLOCKS, DROPPED, ELEMENTS, PASTED_STYLES, STRUCTURAL, isLink, isPicture, isRemote, isSafeStyle, mayHave } from './allowed.js';
import { isPlainBackground, isPlainColour } from './colours.js';

/** Elements inside each other; of what is deeper only the text stays. */
const DEPTH_MAX = 100;

const XHTML = 'http://www.w3.org/1999/xhtml';
const createWalker = document.createTreeWalker.bind(document);
/** What is made in it loads nothing. */
export const inert = document.implementation.createHTMLDocument('');
const createElement = inert.createElement.bind(inert);

/**
 * `show`: a message of a caller, or a stored one; images from elsewhere become placeholders. `send`: the way back.
 * `paste`: from another program, and only what it says, not how it looks.
 * @typedef {'show' | 'send' | 'paste'} Purpose
 * @typedef {{purpose: Purpose, depth: number, parent: string, pre: boolean}} Place `parent`: a name; empty: none
 */

/** @param {Node} source a document, or what holds the message @param {Purpose} purpose @returns {DocumentFragment} */
export function clean(source, purpose) {
  const fragment = new DocumentFragment();
  const walker = createWalker(source, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT | NodeFilter.SHOW_CDATA_SECTION);
  copyChildren(walker, fragment, { purpose, depth: 0, parent: '', pre: false });
  return fragment;
}

/** @param {TreeWalker} walker @param {ParentNode} target @param {Place} place @returns {void} */
function copyChildren(walker, target, place) {
  if (!walker.firstChild()) return;
  do copy(walker, target, place); while (walker.nextSibling());
  walker.parentNode();
}

/** @param {TreeWalker} walker @param {ParentNode} target @param {Place} place */
function copy(walker, target, place) {
  const node = walker.currentNode;
  if (node instanceof Text) {
    const { data } = node;
    if (place.pre || /[^ \t\r\n\f]/.test(data) || !isBetweenBlocks(node, place)) target.append(data);
    return;
  }
  // A form's properties can be anything.
  const isForm = node instanceof HTMLFormElement;
  const source = /** @type {HTMLElement} */ (node);
  const name = isForm ? 'form' : source.localName;
  if (!isForm && source.namespaceURI !== XHTML) return;
  if (DROPPED.has(name)) return;
  const kept = AS_DIV.has(name) ? 'div' : name;
  if (!ELEMENTS.has(kept) || place.depth >= DEPTH_MAX) return copyChildren(walker, target, place);
  if (kept === 'img') return copyImage(source, target, place.purpose);
  const made = createElement(kept);
  if (!isForm) {
    copyAttributes(source, made, place.purpose);
    copyStyle(source, made, place.purpose);
    if (kept === 'font' && place.purpose === 'paste') styleFont(made);
    if (kept === 'div' && source.className === 'signature' && place.purpose !== 'paste') made.className = 'signature';
  }
  copyChildren(walker, made, { ...place, depth: place.depth + 1, parent: kept, pre: place.pre || kept === 'pre' });
  if (isNeedless(source, made, place.purpose)) target.append(...made.childNodes);
  else target.append(made);
}

/** Text between two tags, or a comment. @param {Node | null} node @returns {node is CharacterData} */
function isSpace(node) {
  return node instanceof CharacterData && (!(node instanceof Text) || !/[^ \t\r\n\f]/.test(node.data));
}

/** @param {Text} node @param {Place} place */
function isBetweenBlocks(node, { parent }) {
  if (STRUCTURAL.has(parent)) return true;
  const isBlock = (/** @type {Node | null} */ other) => other instanceof HTMLFormElement || (other instanceof Element && (BLOCKS.has(other.localName) || AS_DIV.has(other.localName)));
  let [before, after] = [node.previousSibling, node.nextSibling];
  while (isSpace(before)) before = before.previousSibling;
  while (isSpace(after)) after = after.nextSibling;
  return isBlock(before) || isBlock(after) || (!parent && (!before || !after));
}

/** How wide something was elsewhere says nothing about here. */
const SIZES = ['width', 'height', 'nowrap', 'face', 'size'];

/** @param {HTMLElement} source @param {HTMLElement} made @param {Purpose} purpose */
function copyAttributes(source, made, purpose) {
  for (const { name, value } of source.attributes) {
    if (!mayHave(made.localName, name) || (purpose === 'paste' && SIZES.includes(name) && made.localName !== 'img')) continue;
    if (name !== 'href') made.setAttribute(name, value);
    else if (isLink(value)) made.setAttribute('href', value.trim());
  }
}

/** @param {HTMLElement} source @param {HTMLElement} made @param {Purpose} purpose */
function copyStyle(source, made, purpose) {
  const { style } = source;
  for (const property of style) {
    const value = style.getPropertyValue(property);
    if (isSafeStyle(property, value) && (purpose !== 'paste' || isMark(property, value, made.localName))) made.style.setProperty(property, value);
  }
}

/** Of an old-fashioned font only a colour that means something is left. @param {HTMLElement} font */
function styleFont(font) {
  font.style.color = font.getAttribute('color') ?? '';
  font.removeAttribute('color');
  if (isPlainColour(font.style.color)) font.removeAttribute('style');
}

/** Whether a style of something pasted says more than what a message looks like anyway. @param {string} property @param {string} value @param {string} element its name */
function isMark(property, value, element) {
  if (!PASTED_STYLES.has(property)) return false;
  switch (property) {
    case 'color': return !isPlainColour(value);
    case 'background-color': return !isPlainBackground(value);
    case 'font-weight': return /^(bold|[6-9]00)$/.test(value) && !/^(h[1-6]|th)$/.test(element);
    case 'font-style': return value === 'italic';
    case 'text-align': return /^(center|right|justify)$/.test(value);
    case 'text-decoration-line': return /underline|line-through/.test(value) && element !== 'a';
    case 'vertical-align': return /^(sub|super)$/.test(value);
    default: return /^(ol|ul|li)$/.test(element);
  }
}

/** @param {HTMLElement} source @param {ParentNode} target @param {Purpose} purpose */
function copyImage(source, target, purpose) {
  const alt = source.getAttribute('alt') ?? '';
  const remote = purpose === 'send' ? source.getAttribute('data-remote') : null;
  const src = (remote ?? source.getAttribute('src') ?? '').trim();
  if (purpose === 'paste' && !isPicture(src)) {
    if (!alt.trim()) return;
    const link = createElement('a');
    link.textContent = alt.trim();
    if (isRemote(src)) link.href = src;
    target.append(isRemote(src) && !source.closest('a') ? link : alt.trim());
    return;
  }
  const made = createElement('img');
  copyAttributes(source, made, purpose);
  copyStyle(source, made, purpose);
  if (isPicture(src) || (remote && isRemote(src))) made.setAttribute('src', src);
  else if (isRemote(src)) made.setAttribute('data-remote', src);
  else if (!alt) return;
  target.append(made);
}

/** Whether an element says nothing, so that its content can stand for itself. @param {HTMLElement} source @param {HTMLElement} made @param {Purpose} purpose */
function isNeedless(source, made, purpose) {
  const { localName } = made;
  if (made.attributes.length) return false;
  if (localName === 'span' || localName === 'font') return true;
  if (purpose !== 'paste') return false;
  if (localName === 'a') return true;
  // As Google Docs wraps everything.
  if (localName === 'b' && /^(normal|400)$/.test(source.style.fontWeight)) return true;
  const only = made.childNodes.length === 1 ? made.firstElementChild : null;
  return localName === 'div' && (!made.hasChildNodes() || (only !== null && BLOCKS.has(only.localName)));
}
