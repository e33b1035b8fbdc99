// What a program decided about a message beyond its text, for the person to know before sending.

import { element } from '../page/dom.js';
import { t } from '../page/language.js';

/** @param {import('./draft.js').Draft} draft */
export function factsOf({ folder }) {
  const facts = folder ? [t('attachments.sentFolder', { folder })] : [];
  return element('ul', { class: 'window-facts', 'aria-label': t('attachments.alsoSet') }, ...facts.map((fact) => element('li', {}, fact)));
}
