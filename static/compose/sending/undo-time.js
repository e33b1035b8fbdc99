// For how long a send can be undone, as the person wants it on this device.

const KEY = 'quillgate.undo';

/** Seconds; 0: messages go out at once. */
export const UNDO_TIMES = [0, 5, 10, 20];
const USUAL = 5;

/** @returns {number} seconds */
export function undoTime() {
  const kept = localStorage.getItem(KEY);
  return kept !== null && UNDO_TIMES.includes(Number(kept)) ? Number(kept) : USUAL;
}

/** @param {number} seconds one of `UNDO_TIMES` */
export function keepUndoTime(seconds) {
  localStorage.setItem(KEY, String(seconds));
}
