// Chips that are dragged from one field to another, also of another window.

import { recipientOf } from './recipient.js';
import { splitList } from './split.js';

/** What is being dragged from a field of this page. @type {{field: import('./recipient-field.js').RecipientField, chips: import('./chip.js').Chip[]} | null} */
let dragged = null;

/** @param {import('./recipient-field.js').RecipientField} field */
export function listenForDrags(field) {
  const { box, list } = field;
  box.addEventListener('dragstart', ({ target, dataTransfer }) => {
    const chip = list.at(target);
    if (!chip || !dataTransfer) return;
    if (!chip.selected) list.select([chip]);
    dragged = { field, chips: list.selected };
    dataTransfer.setData('text/plain', dragged.chips.map(({ recipient }) => recipient.text).join(', '));
    dataTransfer.effectAllowed = 'copyMove';
  });
  box.addEventListener('dragend', () => { dragged = null; });
  box.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('text/plain')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = event.ctrlKey || !dragged ? 'copy' : 'move';
    box.toggleAttribute('data-over', true);
  });
  box.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!box.contains(/** @type {Node | null} */ (relatedTarget))) box.removeAttribute('data-over');
  });
  box.addEventListener('drop', (event) => {
    box.removeAttribute('data-over');
    const text = event.dataTransfer?.getData('text/plain') ?? '';
    if (!text.trim()) return;
    event.preventDefault();
    const before = list.at(event.target);
    if (dragged && before && dragged.chips.includes(before)) return;
    const recipients = dragged ? dragged.chips.map(({ recipient }) => recipient) : splitList(text).map(recipientOf);
    if (dragged && !event.ctrlKey) dragged.field.remove(dragged.chips, { quietly: true });
    field.add(recipients, before ? list.chips.indexOf(before) : list.chips.length);
    dragged = null;
    field.input.focus();
  });
}
