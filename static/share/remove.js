// Deleting in a shared folder, after a question.

import { problem, t } from './words.js';

export function removals() {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector('#remove'));
  if (!dialog) return;
  const title = /** @type {HTMLElement} */ (dialog.querySelector('h2'));
  const trouble = /** @type {HTMLElement} */ (dialog.querySelector('.problem'));
  const confirm = /** @type {HTMLButtonElement} */ (dialog.querySelector('.danger'));
  let chosen = '';
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-remove]'))) {
    button.hidden = false;
    button.addEventListener('click', () => {
      chosen = button.dataset.remove ?? '';
      title.textContent = t('removeTitle', { name: button.dataset.name ?? '' });
      trouble.textContent = '';
      dialog.showModal();
    });
  }
  confirm.addEventListener('click', async () => {
    confirm.disabled = true;
    const status = await remove(chosen);
    confirm.disabled = false;
    // One that somebody else has deleted is deleted.
    if (status === 204 || status === 404) location.reload();
    else trouble.textContent = problem(status);
  });
}

/** @param {string} path @returns {Promise<number>} the status; 0: no answer */
async function remove(path) {
  try {
    const response = await fetch(path, { method: 'DELETE', headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    return response.status;
  } catch {
    return 0;
  }
}
