// What a tool opens: choices in groups, by mouse and by keyboard.

import { element } from '../../page/dom.js';

/** Pixels between the panel and its button, and between the panel and the edge of the page. */
const GAP = 4;
const MARGIN = 8;

/**
 * @typedef {{label: string, content: (Node | string)[], checked?: boolean, disabled?: boolean, act: () => void}} Choice
 * @typedef {{label?: string, swatches?: boolean, choices: Choice[]}} Group
 */

/** @param {HTMLElement} button @param {string} label @param {Group[]} groups @param {() => void} leave takes the focus after a choice */
export function openPanel(button, label, groups, leave) {
  let chosen = false;
  const node = element('div', { class: 'menu panel', popover: 'auto', role: 'menu', 'aria-label': label }, ...groups.map((group) => groupNode(group, (act) => {
    chosen = true;
    node.hidePopover();
    leave();
    act();
  })));
  document.body.append(node);
  button.setAttribute('aria-expanded', 'true');
  node.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    const focused = node.contains(document.activeElement) || document.activeElement === document.body;
    node.remove();
    button.setAttribute('aria-expanded', 'false');
    if (focused && !chosen) button.focus();
  });
  node.addEventListener('keydown', (event) => move(event, node));
  node.showPopover();
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = node;
  const below = bottom + GAP + height <= innerHeight - MARGIN;
  node.style.left = `${Math.max(MARGIN, Math.min(document.dir === 'rtl' ? right - width : left, innerWidth - MARGIN - width))}px`;
  node.style.top = `${Math.max(MARGIN, below ? bottom + GAP : top - GAP - height)}px`;
  (/** @type {HTMLElement | null} */ (node.querySelector('[aria-checked="true"]')) ?? node.querySelector('button'))?.focus();
}

/** @param {Group} group @param {(act: () => void) => void} choose */
function groupNode({ label, swatches = false, choices }, choose) {
  return element('div', { class: swatches ? 'panel-swatches' : 'panel-list', role: 'group', 'aria-label': label },
    label ? element('p', { class: 'panel-label', 'aria-hidden': 'true' }, label) : null,
    ...choices.map((choice) => element('button', {
      type: 'button', class: swatches ? 'swatch' : 'menu-item', role: choice.checked === undefined ? 'menuitem' : 'menuitemcheckbox',
      'aria-checked': choice.checked === undefined ? null : String(choice.checked), 'aria-disabled': choice.disabled ? 'true' : null,
      'aria-label': swatches ? choice.label : null, title: swatches ? choice.label : null, tabindex: -1,
      onclick: () => choice.disabled || choose(choice.act),
    }, ...choice.content)));
}

/** @param {KeyboardEvent} event @param {HTMLElement} node */
function move(event, node) {
  const items = [...node.querySelectorAll('button')];
  const at = items.findIndex((item) => item === document.activeElement);
  const { key } = event;
  if (key === 'Tab') node.hidePopover();
  /** @type {Record<string, number>} */
  const places = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1 + items.length, ArrowLeft: at - 1 + items.length, Home: 0, End: items.length - 1 };
  const next = places[key];
  if (next === undefined) return;
  event.preventDefault();
  items[next % items.length].focus();
}
