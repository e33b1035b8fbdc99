// Files dropped on a part of the page or pasted into it.

import { t } from './language.js';
import { toast } from './toast.js';

/**
 * @param {HTMLElement} node while files hang over it, it has `data-drop`
 * @param {(files: File[]) => void} take
 */
export function acceptFiles(node, take) {
  /** @param {DragEvent} event */
  const hasFiles = (event) => Boolean(event.dataTransfer?.types.includes('Files'));
  node.addEventListener('dragover', (event) => node.toggleAttribute('data-drop', hasFiles(event)));
  node.addEventListener('dragleave', () => node.removeAttribute('data-drop'));
  node.addEventListener('drop', (event) => {
    node.removeAttribute('data-drop');
    if (!hasFiles(event)) return;
    const files = filesOf(/** @type {DataTransfer} */ (event.dataTransfer));
    if (files.length) take(files);
  });
  node.addEventListener('paste', (event) => {
    const { files, types } = /** @type {DataTransfer} */ (event.clipboardData);
    // Office programs put a picture of the text beside the text: there the text is meant.
    if (!files.length || types.includes('text/plain')) return;
    event.preventDefault();
    take([...files]);
  });
}

/** A dropped folder looks like a file that cannot be read. @param {DataTransfer} dropped */
function filesOf({ items, files }) {
  const folders = new Set([...items].map((item) => item.webkitGetAsEntry?.()).flatMap((entry) => (entry?.isDirectory ? [entry.name] : [])));
  if (folders.size) toast(t('page.noFoldersHere'), { warning: t('page.noFoldersHereAdvice') });
  return [...files].filter(({ name }) => !folders.has(name));
}
