// Files dropped on a window or pasted into it.

/**
 * @param {HTMLElement} node while files hang over it, it has `data-drop`
 * @param {(files: FileList) => void} take
 */
export function acceptFiles(node, take) {
  const hasFiles = (event) => Boolean(event.dataTransfer?.types.includes('Files'));
  node.addEventListener('dragover', (event) => node.toggleAttribute('data-drop', hasFiles(event)));
  node.addEventListener('dragleave', () => node.removeAttribute('data-drop'));
  node.addEventListener('drop', (event) => {
    node.removeAttribute('data-drop');
    if (hasFiles(event)) take(event.dataTransfer.files);
  });
  node.addEventListener('paste', (event) => {
    const { files, types } = event.clipboardData;
    // Office programs put a picture of the text beside the text: there the text is meant.
    if (!files.length || types.includes('text/plain')) return;
    event.preventDefault();
    take(files);
  });
}
