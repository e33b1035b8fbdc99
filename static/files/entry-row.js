// One file or folder in the table of a folder.

import { humanSize } from '../page/bytes.js';
import { longTime, shortTime } from '../page/dates.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';

/**
 * @param {import('./user-files.js').Entry} entry
 * @param {{href: string, selected: boolean, select: (selected: boolean) => void, menu: (button: HTMLElement) => void}} options
 *   `href`: opens the folder, or downloads the file
 */
export function entryRow(entry, { href, selected, select, menu }) {
  const name = shownName(entry.name);
  const folder = entry.type === 'folder';
  const modified = new Date(entry.modified);
  const box = element('input', { type: 'checkbox', 'aria-label': t('files.select', { name }), onchange: () => select(box.checked) });
  box.checked = selected;
  const more = element('button', {
    type: 'button', class: 'button button-quiet button-icon', 'aria-label': t('files.actionsFor', { name }), 'aria-haspopup': 'menu', 'aria-expanded': 'false', onclick: () => menu(more),
  }, icon('more'));
  return element('tr', { class: 'entry', 'data-type': entry.type },
    element('td', { class: 'entry-box' }, element('label', { class: 'tick' }, box)),
    element('td', { class: 'entry-name' },
      element('a', { href, title: name, download: folder ? null : entry.name }, icon(folder ? 'folder' : 'file'), element('bdi', {}, name))),
    element('td', { class: 'entry-size' }, folder ? '' : humanSize(entry.size ?? 0)),
    element('td', { class: 'entry-date' }, element('time', { datetime: entry.modified, title: longTime(modified) }, shortTime(modified))),
    element('td', { class: 'entry-more' }, more));
}
