// What can be done to a chip, as a menu: what dragging and keys do, for fingers.

import { t } from '../../page/language.js';
import { openMenu } from '../../page/menu.js';

/** @param {import('./recipient-field.js').RecipientField} field @param {import('./chip.js').Chip} chip */
export function openChipMenu(field, chip) {
  const chips = chip.selected ? field.list.selected : [chip];
  const moves = field.others().map(({ label, field: other, show }) => ({
    label: t('recipients.moveTo', { field: label }), symbol: /** @type {const} */ ('forward'), act: () => {
      show();
      field.remove(chips, { quietly: true });
      other.add(chips.map(({ recipient }) => recipient));
      other.input.focus();
    },
  }));
  openMenu(chip.cell, t('recipients.menu', { name: chip.label }), [
    { label: t('recipients.edit'), symbol: 'pencil', act: () => field.edit(chip) },
    { label: t('recipients.copy'), symbol: 'copy', act: () => navigator.clipboard?.writeText(chips.map(({ recipient }) => recipient.text).join(', ')) },
    ...moves,
    { label: t('recipients.removeOne'), symbol: 'trash', danger: true, act: () => field.remove(chips) },
  ]);
  // A chip is not a button of a menu.
  chip.cell.removeAttribute('aria-expanded');
}
