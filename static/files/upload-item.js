// One file on its way into a folder, as the list of uploads shows it.

import { humanSize } from '../page/bytes.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';

/**
 * @typedef {object} Upload
 * @property {string[]} folder
 * @property {string} name
 * @property {File} file
 * @property {'waiting' | 'uploading' | 'exists' | 'failed'} state
 * @property {string | null} replaces the ETag of what it is to replace
 * @property {string} [problem]
 * @property {() => void} [cancel]
 * @property {HTMLProgressElement} [bar]
 * @property {HTMLElement} [node]
 */

/**
 * @param {Upload} upload
 * @param {Record<'retry' | 'replace' | 'keepBoth' | 'remove', (upload: Upload) => void>} actions
 */
export function uploadItem(upload, actions) {
  const { state, file, problem } = upload;
  const name = shownName(upload.name);
  /** @param {string} label @param {(upload: Upload) => void} act */
  const button = (label, act) => element('button', { type: 'button', class: 'button button-small', 'aria-label': `${label} ${name}`, onclick: () => act(upload) }, label);
  const end = t(state === 'exists' ? 'files.skip' : state === 'failed' ? 'files.remove' : 'page.cancel');
  upload.bar = element('progress', { max: 1, value: 0, 'aria-label': t('files.uploadOf', { name }) });
  return element('li', { class: 'upload', 'data-state': state },
    icon('file', 16),
    element('span', { class: 'upload-name', title: name }, element('bdi', {}, name), element('span', { class: 'upload-size' }, humanSize(file.size))),
    element('span', { class: 'upload-actions' },
      state === 'failed' ? button(t('files.retry'), actions.retry) : null,
      state === 'exists' && upload.replaces ? button(t('files.replace'), actions.replace) : null,
      state === 'exists' ? button(t('files.keepBoth'), actions.keepBoth) : null,
      button(end, actions.remove)),
    state === 'uploading' ? upload.bar : null,
    problem ? element('span', { class: 'upload-problem', role: 'alert' }, problem) : null);
}
