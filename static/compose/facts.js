// What a program decided about a message beyond its text, for the person to know before sending.

import { element } from '../page/dom.js';

/** @param {import('./draft.js').Draft} draft */
export function factsOf({ folder }) {
  const facts = folder ? [`The sent copy goes to the folder “${folder}”.`] : [];
  return element('ul', { class: 'window-facts', 'aria-label': 'Also set for this message' }, ...facts.map((fact) => element('li', {}, fact)));
}
