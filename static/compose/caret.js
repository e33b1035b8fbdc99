// Where the cursor is in a window, as plain data that is stored with the draft.

/**
 * @typedef {{in: 'fields' | 'body', at: unknown}} WindowCaret `at`: as that part says, for itself alone
 * @typedef {{start: number, end: number, backward: boolean} | {}} ControlCaret
 */

/** @param {import('./window.js').Contents} contents @returns {WindowCaret | null} null: neither in the fields nor in the message */
export function caretOf({ fields, body }) {
  const inFields = fields.caret;
  if (inFields) return { in: 'fields', at: inFields };
  const inBody = body.caret;
  return inBody ? { in: 'body', at: inBody } : null;
}

/** Moves the focus there. @param {import('./window.js').Contents} contents @param {WindowCaret | null} caret @returns {boolean} false: nowhere */
export function restoreCaret({ fields, body }, caret) {
  if (!caret) return false;
  if (caret.in === 'fields') return fields.restoreCaret(caret.at);
  body.restoreCaret(caret.at);
  return true;
}

/** @param {HTMLElement} control that has the focus @returns {ControlCaret} */
export function controlCaret(control) {
  const { selectionStart: start = null, selectionEnd: end, selectionDirection } = /** @type {HTMLTextAreaElement} */ (control);
  return start === null ? {} : { start, end, backward: selectionDirection === 'backward' };
}

/** @param {HTMLElement} control @param {any} caret */
export function restoreControlCaret(control, caret) {
  if (Number.isInteger(caret?.start) && 'setSelectionRange' in control) {
    /** @type {HTMLTextAreaElement} */ (control).setSelectionRange(caret.start, caret.end, caret.backward ? 'backward' : 'forward');
  }
  control.focus();
}
