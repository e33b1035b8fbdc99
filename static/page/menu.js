// A menu that a button opens: one at a time, by mouse and by keyboard.

import { element } from './dom.js';
import { icon } from './icons.js';

/** Pixels between the menu and its button, and between the menu and the edge of the page. */
const GAP = 4;
const MARGIN = 8;

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {Parameters<typeof icon>[0]} symbol
 * @property {() => void} [act]
 * @property {string} [download] the address of a file, in place of `act`
 * @property {boolean} [danger]
 */

/** @param {HTMLElement} button @param {string} label @param {MenuItem[]} items */
export function openMenu(button, label, items) {
  const node = element('div', { class: 'menu', popover: 'auto', role: 'menu', 'aria-label': label }, ...items.map((item) => itemNode(item, () => node.hidePopover())));
  document.body.append(node);
  button.setAttribute('aria-expanded', 'true');
  node.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    const focused = node.contains(document.activeElement) || document.activeElement === document.body;
    node.remove();
    button.setAttribute('aria-expanded', 'false');
    if (focused) button.focus();
  });
  node.addEventListener('keydown', (event) => move(event, node));
  node.showPopover();
  place(node, button.getBoundingClientRect());
  /** @type {HTMLElement | null} */ (node.querySelector('[role=menuitem]'))?.focus();
}

/** @param {MenuItem} item @param {() => void} close */
function itemNode({ label, symbol, act, download, danger }, close) {
  const attributes = { class: danger ? 'menu-item menu-danger' : 'menu-item', role: 'menuitem', tabindex: -1 };
  const content = [icon(symbol, 16), label];
  if (download) return element('a', { ...attributes, href: download, download: '', onclick: close }, ...content);
  return element('button', { ...attributes, type: 'button', onclick: () => { close(); act?.(); } }, ...content);
}

/** @param {HTMLElement} node @param {DOMRect} button */
function place(node, { left, right, top, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = node;
  const below = bottom + GAP + height <= innerHeight - MARGIN;
  node.style.left = `${Math.max(MARGIN, Math.min(right - width, left))}px`;
  node.style.top = `${Math.max(MARGIN, below ? bottom + GAP : top - GAP - height)}px`;
}

/** @param {KeyboardEvent} event @param {HTMLElement} node */
function move(event, node) {
  const items = /** @type {HTMLElement[]} */ ([...node.children]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const places = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
  const next = places[event.key];
  if (event.key === 'Tab') node.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items[next % items.length].focus();
}
