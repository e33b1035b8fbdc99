// Whether the person is at work somewhere on the page: then nothing that comes by itself takes the focus, or lies down on
// what they are looking at.

import { mayFocus } from '../page/in-view.js';

const TYPED_INTO = 'input, textarea, select, iframe, [contenteditable]';

/** Nothing has the focus, here or in the page around: it may be given. */
export function isIdle() {
  return mayFocus() && (document.activeElement === null || document.activeElement === document.body);
}

/** @returns {Element | null} what is being typed into: the whole window, or the field of a page */
export function atWork() {
  const node = document.activeElement;
  return node?.matches(TYPED_INTO) ? node.closest('.window') ?? node : null;
}

/** @param {Element} one @param {Element} other */
export function overlap(one, other) {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
