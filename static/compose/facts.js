// What a program decided about a message beyond its text, for the person to know before sending.

import { element } from '../page/dom.js';

const ATTACHMENT_TYPES = {
  link: 'Attachments go out as download links.',
  share_ro: 'Attachments go out as links to the files, read-only.',
  share_rw: 'Attachments go out as links to the files, and recipients can replace them.',
};

/** @param {import('./draft.js').Draft} draft */
export function factsOf({ folder, attachmentType, shareExpiration, hasSharePassword }) {
  const facts = [
    folder && `The sent copy goes to the folder “${folder}”.`,
    attachmentType && ATTACHMENT_TYPES[attachmentType],
    shareExpiration && `Links are valid until ${shareExpiration}.`,
    hasSharePassword && 'Links ask for a password that the sender of this request has set.',
  ];
  return element('ul', { class: 'window-facts', 'aria-label': 'Also set for this message' },
    ...facts.filter(Boolean).map((fact) => element('li', {}, fact)));
}
