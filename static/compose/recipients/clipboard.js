// Recipients by copy, cut and paste.

import { recipientOf } from './recipient.js';
import { splitList } from './split.js';

/** @param {import('./recipient-field.js').RecipientField} field */
export function listenForClipboard(field) {
  const { box, input, list } = field;
  for (const kind of ['copy', 'cut']) {
    box.addEventListener(kind, (event) => {
      const { clipboardData } = /** @type {ClipboardEvent} */ (event);
      const chips = list.selected;
      if (event.target === input || !chips.length || !clipboardData) return;
      event.preventDefault();
      clipboardData.setData('text/plain', chips.map(({ recipient }) => recipient.text).join(', '));
      if (kind === 'cut') field.remove(chips);
    });
  }
  box.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!text.trim()) return;
    const isWhole = event.target !== input || (input.selectionStart === 0 && input.selectionEnd === input.value.length);
    if (isWhole && (text.includes('@') || /[\n;,]/.test(text.trim()))) {
      event.preventDefault();
      input.value = '';
      field.suggestions?.close();
      field.add(splitList(text).map(recipientOf));
      input.focus();
    } else if (/[\r\n]/.test(text)) {
      // A line of input would drop the line ends.
      event.preventDefault();
      input.setRangeText(text.replace(/[\r\n]+/g, ', '), input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
  });
}
