// Settings: this page as what opens links to mail addresses.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';

export class MailtoSection {
  id = 'mailto';

  constructor() {
    // Browsers have it in secure contexts only, and some not at all.
    const possible = 'registerProtocolHandler' in navigator;
    const said = element('p', { role: 'status' }, possible ? '' : t('mailto.unsupported'));
    const button = element('button', { type: 'button', class: 'button', disabled: !possible, onclick: () => {
      navigator.registerProtocolHandler('mailto', new URL('#mailto=%s', document.baseURI).href);
      said.textContent = t('mailto.asked');
    } }, icon('link', 16), t('mailto.button'));
    this.node = element('section', { class: 'card setting', 'aria-labelledby': 'mailto-title' },
      element('h2', { id: 'mailto-title' }, t('mailto.title')),
      element('p', {}, t('mailto.text')),
      element('div', {}, button),
      said);
  }

  open() {}
}
