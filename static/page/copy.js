// Puts a text into the clipboard.

import { announce } from './announce.js';
import { t } from './language.js';

/** Milliseconds that a button says what became of it. */
const SHOWN = 2000;

/**
 * @param {string} text @param {HTMLElement} label says what became of it, for a moment
 * @param {() => void} select over plain http scripts have no clipboard: selects the text for the person to copy
 */
export async function copyText(text, label, select) {
  // A second click comes while it still says what became of the first.
  label.dataset.name ??= label.textContent ?? '';
  let said = t('page.copied');
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    select();
    said = t('page.copyByHand');
  }
  label.textContent = said;
  announce(said);
  setTimeout(() => { label.textContent = label.dataset.name ?? ''; }, SHOWN);
}
