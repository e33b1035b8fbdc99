// Where the selection is, as two numbers that still hold when the message has been stored and shown again: the steps
// from its beginning, where a character, an image, a line break and the beginning of a block are one step each.

import { BLOCKS } from './allowed.js';

const createWalker = document.createTreeWalker.bind(document);

/** @param {Text | Element} node */
function stepsOf(node) {
  if (node instanceof Text) return node.length;
  return Number(BLOCKS.has(node.localName) || node.localName === 'br' || node.localName === 'img');
}

/** @param {Node} root @returns {Generator<Text | Element>} what it holds, in order */
function* nodesOf(root) {
  const walker = createWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) yield /** @type {Text | Element} */ (walker.currentNode);
}

/** @param {HTMLElement} root @param {Node} container @param {number} offset */
function stepsTo(root, container, offset) {
  const target = container instanceof Text ? container : container.childNodes[offset] ?? null;
  let count = 0;
  for (const node of nodesOf(root)) {
    if (node === target) return count + (container instanceof Text ? offset : 0);
    const isBehind = target === null && container !== root && !container.contains(node);
    if (isBehind && container.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) break;
    count += stepsOf(node);
  }
  return count;
}

/** @param {HTMLElement} root @param {number} count @returns {{node: Node, offset: number}} */
function pointAt(root, count) {
  let rest = Math.max(0, count);
  /** @type {{node: Node, offset: number}} */
  let last = { node: root, offset: 0 };
  for (const node of nodesOf(root)) {
    const length = stepsOf(node);
    if (!length) continue;
    if (node instanceof Text && rest <= length) return { node, offset: rest };
    if (rest === 0 && !(node instanceof Text)) break;
    rest -= length;
    if (node instanceof Text) last = { node, offset: node.length };
    else if (BLOCKS.has(node.localName)) last = { node, offset: 0 };
    else if (node.parentNode) last = { node: node.parentNode, offset: [...node.parentNode.childNodes].indexOf(node) + 1 };
  }
  return last;
}

/** @param {HTMLElement} root @param {Selection | null} selection @returns {import('./protocol.js').Caret | null} null: it is elsewhere */
export function caretOf(root, selection) {
  if (!selection?.rangeCount || !root.contains(selection.anchorNode)) return null;
  const range = selection.getRangeAt(0);
  const start = stepsTo(root, range.startContainer, range.startOffset);
  return { start, end: range.collapsed ? start : stepsTo(root, range.endContainer, range.endOffset) };
}

/** @param {HTMLElement} root @param {Selection | null} selection @param {import('./protocol.js').Caret} caret */
export function restoreCaret(root, selection, { start, end }) {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return;
  const [from, to] = [pointAt(root, start), pointAt(root, end)];
  selection?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
}
