// Calls to paste into a terminal, filled in with this server's address and the user's login and identity.

import { copyText } from '../page/copy.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';

/**
 * @param {string} base the address of the API, without a slash at its end
 * @param {string} login
 * @param {number} identity
 */
export function examples(base, login, identity) {
  const user = `--user ${shellWord(login)}`;
  const url = (/** @type {string} */ path) => shellWord(base + path);
  const json = "-H 'Content-Type: application/json'";
  return [
    {
      id: 'identities',
      title: t('examples.identities'),
      text: t('examples.identitiesText'),
      code: `curl -i ${url('/mail')} ${user}`,
    },
    {
      id: 'compose',
      title: t('examples.compose'),
      text: t('examples.composeText'),
      code: `curl -i ${url(`/mail/${identity}/compose`)} ${user} \\\n  ${json} \\\n  --data-binary '{"to":["info@example.org"],"subject":"Your order","body":"Dear customer,\\n\\nthank you for your order."}'`,
    },
    {
      id: 'compose-attachment',
      title: t('examples.attachment'),
      text: t('examples.attachmentText'),
      code: `file=$(curl -sS ${url('/mail/attachments/report.pdf')} ${user} \\\n  -H 'X-No-Location: true' -H 'Content-Type: application/pdf' --data-binary @report.pdf \\\n  | sed -n 's/.*"location": *"\\([^"]*\\)".*/\\1/p') &&\ncurl -i ${url(`/mail/${identity}/compose`)} ${user} \\\n  ${json} \\\n  --data-binary '{"to":["info@example.org"],"subject":"Report","attachments":["'"$file"'"]}'`,
    },
    {
      id: 'send',
      title: t('examples.send'),
      text: t('examples.sendText'),
      code: `curl -i ${url(`/mail/${identity}`)} ${user} \\\n  ${json} \\\n  --data-binary '{"to":["info@example.org"],"subject":"Testmail","body":"This is a test.\\n\\nRegards"}'`,
    },
    {
      id: 'upload',
      title: t('examples.upload'),
      text: t('examples.uploadText'),
      code: `curl -i ${url('/mail/attachments/report.pdf')} ${user} \\\n  -H 'Content-Type: application/pdf' --data-binary @report.pdf`,
    },
  ];
}

/** @param {ReturnType<typeof examples>[number]} example */
export function exampleNode({ id, title, text, code }) {
  const label = element('span', {}, t('examples.copy'));
  const copy = element('button', { type: 'button', class: 'button button-small', 'aria-label': t('examples.copyOf', { title }) }, icon('copy', 14), label);
  const pre = element('pre', { tabindex: 0, 'aria-label': title }, element('code', {}, code));
  copy.addEventListener('click', () => copyText(code, label, () => getSelection()?.selectAllChildren(pre)));
  return element('article', { class: 'example', 'data-example': id },
    element('div', { class: 'example-head' }, element('div', {}, element('h3', {}, title), element('p', {}, text)), copy), pre);
}

/** Quoted only when it must be, so that what people read stays plain. @param {string} text */
function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
