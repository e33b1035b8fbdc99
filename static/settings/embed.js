// Settings: the line that brings compose windows into another page.

import { copyText } from '../page/copy.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';

export class EmbedSection {
  id = 'embed';

  constructor() {
    const line = `<script src="${new URL('embed.js', document.baseURI).href}" async></script>`;
    const hosts = (document.documentElement.dataset.hosts ?? '').split(' ').filter(Boolean);
    const label = element('span', {}, t('examples.copy'));
    const pre = element('pre', { tabindex: 0, 'aria-label': t('embed.line') }, element('code', {}, line));
    const copy = element('button', { type: 'button', class: 'button', onclick: () => copyText(line, label, () => getSelection()?.selectAllChildren(pre)) }, icon('copy', 14), label);
    this.node = element('section', { class: 'card setting', 'aria-labelledby': 'embed-title' },
      element('h2', { id: 'embed-title' }, t('embed.title')),
      element('p', {}, t('embed.text')),
      element('div', { class: 'setting-line' }, pre, copy),
      element('p', {}, t(hosts.length ? 'embed.hosts' : 'embed.noHosts')),
      hosts.length ? element('ul', { class: 'setting-list' }, ...hosts.map((host) => element('li', {}, element('code', {}, host)))) : null);
  }

  open() {}
}
