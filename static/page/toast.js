// Short confirmations in the corner. A warning stays until it is closed: it may be the only trace of a problem.

import { byId, element } from './dom.js';
import { icon } from './icons.js';
import { t } from './language.js';

const LIFETIME = 6000;
const MOST = 4;

/**
 * @param {string} text
 * @param {{detail?: string, warning?: string}} [options] either is shown below the text
 */
export function toast(text, { detail = '', warning = '' } = {}) {
  const toasts = byId('toasts');
  const below = warning || detail;
  const node = element('div', { class: warning ? 'toast toast-warning' : 'toast' },
    icon(warning ? 'warning' : detail ? 'pencil' : 'check'),
    element('p', {}, text, ...(below ? [element('br'), element('span', { class: 'toast-detail' }, below)] : [])),
    element('button', { type: 'button', class: 'button button-icon', 'aria-label': t('page.close'), onclick: () => node.remove() }, icon('close', 16)));
  const passing = [...toasts.querySelectorAll(':scope > .toast:not(.toast-send)')];
  passing.slice(0, Math.max(0, passing.length - MOST + 1)).forEach((old) => old.remove());
  toasts.append(node);
  if (!warning) setTimeout(() => node.remove(), LIFETIME);
}
