// The way from the home to a folder, each step of it a way back.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';

/**
 * @param {string[]} names
 * @param {(names: string[]) => Record<string, unknown>} way the attributes that make a step lead there; with `href` it is a link
 */
export function crumbs(names, way) {
  const steps = [t('nav.files'), ...names].map((name, depth) => {
    const attributes = way(names.slice(0, depth));
    const here = depth === names.length;
    const content = [depth === 0 ? icon('home', 16) : null, element('bdi', {}, shownName(name))];
    const step = here ? element('span', { class: 'crumb', 'aria-current': 'location' }, ...content)
      : attributes.href ? element('a', { class: 'crumb', ...attributes }, ...content)
        : element('button', { type: 'button', class: 'crumb', ...attributes }, ...content);
    return element('li', {}, depth ? icon('forward', 14) : null, step);
  });
  return element('nav', { class: 'crumbs', 'aria-label': t('files.folders') }, element('ol', {}, ...steps));
}
