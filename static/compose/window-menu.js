// What the menu of a window offers: what its buttons do, and what people without a mouse need.

import { t } from '../page/language.js';
import { moveByKeys } from './key-mover.js';

/** @param {import('./window.js').ComposeWindow} window @returns {import('../page/menu.js').MenuItem[]} */
export function menuItems(window) {
  const { draft, placement } = window;
  /** @type {import('../page/menu.js').MenuItem[]} */
  const items = [];
  if (placement.movable) {
    items.push({ label: t('window.move'), symbol: 'arrows', act: () => moveByKeys(window, 'move') });
    items.push({ label: t('window.resize'), symbol: 'resize', act: () => moveByKeys(window, 'resize') });
  }
  if (placement.floating) items.push({ label: t('window.dockAgain'), symbol: 'dock', act: () => placement.dock() });
  if (placement.roomy && !draft.full) items.push({ label: t('window.full'), symbol: 'expand', act: () => placement.setFull(true) });
  items.push({ label: t('window.keys'), symbol: 'keyboard', act: async () => (await import('./shortcuts.js')).showShortcuts() });
  return items;
}
