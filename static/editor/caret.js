// Where the selection is, as two numbers that still hold when the message has been stored and shown again: the steps
// from its beginning, where a character, an image, a line break and the beginning of a block are one step each.

import { BLOCKS } from './allowed.js';

const createWalker = document.createTreeWalker.bind(document);

function stepsOf(node) {
  if (node instanceof Text) return node.length;
  return Number(BLOCKS.has(node.localName) || node.localName === 'br' || node.localName === 'img');
}

function stepsTo(root, container, offset) {
  const target = container instanceof Text ? container : container.childNodes[offset] ?? null;
  const walker = createWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let count = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node === target) return count + (container instanceof Text ? offset : 0);
    const isBehind = target === null && container !== root && !container.contains(node);
    if (isBehind && container.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) break;
    count += stepsOf(node);
  }
  return count;
}

function pointAt(root, count) {
  let rest = Math.max(0, count);
  let last = { node: root, offset: 0 };
  const walker = createWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = stepsOf(node);
    if (!length) continue;
    if (node instanceof Text && rest <= length) return { node, offset: rest };
    if (rest === 0 && !(node instanceof Text)) break;
    rest -= length;
    if (node instanceof Text) last = { node, offset: node.length };
    else if (BLOCKS.has(node.localName)) last = { node, offset: 0 };
    else last = { node: node.parentNode, offset: [...node.parentNode.childNodes].indexOf(node) + 1 };
  }
  return last;
}

/** @param {HTMLElement} root @param {Selection} selection @returns {import('./protocol.js').Caret | null} null: it is elsewhere */
export function caretOf(root, selection) {
  if (!selection.rangeCount || !root.contains(selection.anchorNode)) return null;
  const range = selection.getRangeAt(0);
  const start = stepsTo(root, range.startContainer, range.startOffset);
  return { start, end: range.collapsed ? start : stepsTo(root, range.endContainer, range.endOffset) };
}

/** @param {HTMLElement} root @param {Selection} selection @param {any} caret */
export function restoreCaret(root, selection, { start, end }) {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return;
  const [from, to] = [pointAt(root, start), pointAt(root, end)];
  selection.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
}
