// Where a link leads, and what it says.

import { ask } from '../../page/dialog.js';
import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { uuid } from '../../page/uuid.js';
import { targetOf } from '../../editor/links.js';

/** @param {{href: string, text: string}} link empty where there is none @returns {Promise<{href: string, text: string} | null>} an empty `href`: no link any more; null: given up */
export function askForLink({ href, text }) {
  const address = field(t('message.linkAddress'), href, { inputmode: 'url', 'data-first': true, placeholder: 'https://' });
  const words = field(t('message.linkText'), text, { dir: 'auto' });
  const remove = element('button', { type: 'submit', class: 'button button-quiet', value: 'remove' }, t('message.linkRemove'));
  let removed = false;
  remove.addEventListener('click', () => { removed = true; });
  return ask({
    title: href ? t('message.linkEdit') : t('message.linkNew'), content: [address.node, words.node, ...(href ? [remove] : [])], submit: t('message.linkSubmit'),
    act: async () => {
      if (removed) return { href: '', text: '' };
      if (!targetOf(address.input.value)) {
        address.input.focus();
        throw new Error(t('message.linkWrong'));
      }
      return { href: address.input.value.trim(), text: words.input.value };
    },
  });
}

/** @param {string} label @param {string} value @param {Record<string, string | boolean>} attributes */
function field(label, value, attributes) {
  const id = `link-${uuid()}`;
  const input = element('input', { type: 'text', id, autocomplete: 'off', spellcheck: 'false', ...attributes });
  input.value = value;
  return { input, node: element('div', { class: 'dialog-field' }, element('label', { for: id }, label), input) };
}
