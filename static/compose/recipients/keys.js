// A field for recipients by keyboard and mouse.

/** @typedef {import('./recipient-field.js').RecipientField} Field */

/** @param {Field} field */
export function listenForKeys(field) {
  const { box, input, list } = field;
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const done = event.target === input ? inInput(field, event) : list.at(event.target) && onChip(field, event);
    if (done) event.preventDefault();
  });
  list.node.addEventListener('click', (event) => {
    const chip = list.at(event.target);
    if (!chip) return;
    list.go(chip, { extend: event.shiftKey, toggle: event.ctrlKey || event.metaKey });
    if (event.pointerType === 'touch') openChipMenu(field, chip);
  });
  list.node.addEventListener('dblclick', (event) => {
    const chip = list.at(event.target);
    if (chip) field.edit(chip);
  });
  list.node.addEventListener('contextmenu', (event) => {
    const chip = list.at(event.target);
    if (!chip) return;
    event.preventDefault();
    if (!chip.selected) list.go(chip);
    openChipMenu(field, chip);
  });
}

/** @param {Field} field @param {KeyboardEvent} event @returns {boolean} whether the key is used up */
function inInput(field, event) {
  const { input, list } = field;
  const { key, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  if (field.suggestions?.key(event)) return true;
  const isEmpty = !input.value;
  const atStart = input.selectionStart === 0 && input.selectionEnd === 0;
  const last = list.chips.at(-1);
  if (key === 'Enter' && !control) {
    field.commit();
    return true;
  }
  if (key === 'Tab' && !shiftKey && !isEmpty && !control) return field.commit();
  if (key === 'Backspace' && atStart && last) {
    if (last.recipient.problem && isEmpty) field.edit(last);
    else list.go(last);
    return true;
  }
  if (key === back(field) && atStart && last) {
    list.go(last);
    return true;
  }
  if (key === 'Home' && atStart && last) {
    list.go(list.chips[0]);
    return true;
  }
  if (control && key === 'a' && isEmpty && last) {
    selectAll(field);
    return true;
  }
  return control && key === 'z' && isEmpty && field.undo();
}

/** @param {Field} field @param {KeyboardEvent} event @returns {boolean} whether the key is used up */
function onChip(field, event) {
  const { input, list } = field;
  const { key, shiftKey: extend } = event;
  const control = event.ctrlKey || event.metaKey;
  const chip = list.current;
  if (!chip || event.altKey) return false;
  const go = (/** @type {import('./chip.js').Chip | undefined} */ to, otherwise = () => input.focus()) => {
    if (to) list.go(to, { extend });
    else if (!extend) otherwise();
    return true;
  };
  if (control) {
    if (key === 'a') selectAll(field);
    else if (key === 'z') field.undo();
    else if (key === ' ') list.go(chip, { toggle: true });
    else return false;
    return true;
  }
  switch (key) {
    case back(field): return go(list.beside(-1), () => {});
    case forth(field): return go(list.beside(1));
    case 'Home': return go(list.chips[0]);
    case 'End': return go(extend ? list.chips.at(-1) : undefined);
    case 'Escape': return go(undefined);
    case 'Delete': field.remove(list.selected.length ? list.selected : [chip]); return true;
    case 'Backspace':
      if (chip.recipient.problem && list.selected.length < 2) field.edit(chip);
      else field.remove(list.selected.length ? list.selected : [chip]);
      return true;
    case 'Enter':
    case 'F2': field.edit(chip); return true;
    case ' ': list.go(chip, { toggle: true }); return true;
    case 'Tab':
      // The line is in the way otherwise, which is where somebody has come from.
      if (!extend) input.focus();
      return false;
    default:
      // Whoever goes on writing means the line.
      if (key.length === 1) input.focus();
      return false;
  }
}

/** @param {Field} field */
function selectAll({ list }) {
  list.go(list.chips[list.chips.length - 1]);
  list.select(list.chips);
}

const isRtl = (/** @type {Field} */ { box }) => getComputedStyle(box).direction === 'rtl';
const back = (/** @type {Field} */ field) => (isRtl(field) ? 'ArrowRight' : 'ArrowLeft');
const forth = (/** @type {Field} */ field) => (isRtl(field) ? 'ArrowLeft' : 'ArrowRight');

/** @param {Field} field @param {import('./chip.js').Chip} chip */
async function openChipMenu(field, chip) {
  const menu = await import('./chip-menu.js');
  menu.openChipMenu(field, chip);
}
