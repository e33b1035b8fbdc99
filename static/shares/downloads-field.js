// How often a share may be downloaded.

import { element } from '../page/dom.js';
import { t } from '../page/language.js';

const MOST = 1_000_000;

export class DownloadsField {
  /** @param {{id: string, value: number | null, changed?: () => void}} options */
  constructor({ id, value, changed = () => {} }) {
    this.node = element('input', { id, class: 'input', type: 'number', min: 1, max: MOST, step: 1, inputmode: 'numeric', placeholder: t('shares.unlimited'), oninput: changed });
    this.node.value = String(value ?? '');
  }

  /** @returns {number | null} null: no limit; NaN: what is entered is no such number */
  get value() {
    return this.node.validity.valid ? (this.node.value ? Number(this.node.value) : null) : NaN;
  }
}
