// The keys that windows know, in a dialog.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';

/** @type {[string[], import('../page/language.js').Word][]} */
const SHORTCUTS = [
  [['Ctrl', 'Enter'], 'keys.send'],
  [['Esc'], 'keys.escape'],
  [['F6'], 'keys.next'],
  [['Shift', 'F6'], 'keys.previous'],
  [['←', '→'], 'keys.bars'],
  [['Tab'], 'keys.tab'],
];

/** Keys whose names are words. @type {Record<string, import('../page/language.js').Word>} */
const KEYS = { Ctrl: 'keys.ctrl', Shift: 'keys.shift', Enter: 'keys.enter' };

export function showShortcuts() {
  const close = element('button', { type: 'button', class: 'button button-quiet button-icon', 'aria-label': t('page.close'), onclick: () => node.close() }, icon('close'));
  const node = element('dialog', { class: 'dialog', 'aria-labelledby': 'shortcuts-title', onclose: () => node.remove() },
    element('div', { class: 'dialog-form' },
      element('div', { class: 'dialog-head' }, element('h2', { id: 'shortcuts-title' }, t('keys.title')), close),
      element('dl', { class: 'shortcuts' }, ...SHORTCUTS.flatMap(([keys, word]) => [
        element('dt', {}, ...keys.map((key) => element('kbd', {}, KEYS[key] ? t(KEYS[key]) : key))),
        element('dd', {}, t(word)),
      ]))));
  document.body.append(node);
  node.showModal();
}
