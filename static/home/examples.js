// Calls to paste into a terminal, filled in with this server's address and the user's login and identity.

import { copyText } from '../page/copy.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';

/**
 * @param {string} base the address of the API, without a slash at its end
 * @param {string} login
 * @param {number} identity
 */
export function examples(base, login, identity) {
  const user = `--user ${shellWord(login)}`;
  const url = (path) => shellWord(base + path);
  const json = "-H 'Content-Type: application/json'";
  return [
    {
      id: 'identities',
      title: 'List your addresses',
      text: 'The number in each path is the identity that the other calls take.',
      code: `curl -i ${url('/mail')} ${user}`,
    },
    {
      id: 'compose',
      title: 'Open a compose window',
      text: 'It opens on this page; the answer comes once it is really open.',
      code: `curl -i ${url(`/mail/${identity}/compose`)} ${user} \\\n  ${json} \\\n  --data-binary '{"to":["info@example.org"],"subject":"Your order","body":"Dear customer,\\n\\nthank you for your order."}'`,
    },
    {
      id: 'compose-attachment',
      title: 'Open one with an attachment',
      text: 'Uploads report.pdf, then opens a window that holds it.',
      code: `file=$(curl -sS ${url('/mail/attachments/report.pdf')} ${user} \\\n  -H 'X-No-Location: true' -H 'Content-Type: application/pdf' --data-binary @report.pdf \\\n  | sed -n 's/.*"location": *"\\([^"]*\\)".*/\\1/p') &&\ncurl -i ${url(`/mail/${identity}/compose`)} ${user} \\\n  ${json} \\\n  --data-binary '{"to":["info@example.org"],"subject":"Report","attachments":["'"$file"'"]}'`,
    },
    {
      id: 'send',
      title: 'Send without a window',
      text: 'The message goes out at once.',
      code: `curl -i ${url(`/mail/${identity}`)} ${user} \\\n  ${json} \\\n  --data-binary '{"to":["info@example.org"],"subject":"Testmail","body":"This is a test.\\n\\nRegards"}'`,
    },
    {
      id: 'upload',
      title: 'Upload a file',
      text: 'The answer names the location to put into “attachments”.',
      code: `curl -i ${url('/mail/attachments/report.pdf')} ${user} \\\n  -H 'Content-Type: application/pdf' --data-binary @report.pdf`,
    },
  ];
}

/** @param {ReturnType<typeof examples>[number]} example */
export function exampleNode({ id, title, text, code }) {
  const label = element('span', {}, 'Copy');
  const copy = element('button', { type: 'button', class: 'button button-small', 'aria-label': `Copy: ${title}` }, icon('copy', 14), label);
  const pre = element('pre', { tabindex: 0, 'aria-label': title }, element('code', {}, code));
  copy.addEventListener('click', () => copyText(code, label, () => getSelection().selectAllChildren(pre)));
  return element('article', { class: 'example', 'data-example': id },
    element('div', { class: 'example-head' }, element('div', {}, element('h3', {}, title), element('p', {}, text)), copy), pre);
}

/** Quoted only when it must be, so that what people read stays plain. */
function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
