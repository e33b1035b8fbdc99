// A question in front of everything else. The browser keeps the focus inside, and gives it back afterwards.

import { element } from './dom.js';
import { icon } from './icons.js';
import { t } from './language.js';
import { said } from './server-words.js';
import { uuid } from './uuid.js';

/**
 * @template T
 * @param {object} question
 * @param {string} question.title
 * @param {(Node | string)[]} [question.content]
 * @param {string} question.submit what the button says that answers it
 * @param {boolean} [question.danger] what it does cannot be undone
 * @param {boolean} [question.wide]
 * @param {boolean} [question.only] there is nothing to give up: the one button is all
 * @param {() => Promise<T>} question.act does it; what goes wrong is shown, and the question stays
 * @returns {Promise<(T extends void ? true : T) | null>} what `act` returned; null: given up
 */
export function ask({ title, content = [], submit, danger = false, wide = false, only = false, act }) {
  const titleId = `dialog-${uuid()}`;
  /** @type {any} */
  let result = null;
  const error = element('p', { class: 'form-error', role: 'alert' });
  const confirm = element('button', { type: 'submit', class: `button ${danger ? 'button-danger' : 'button-primary'}` }, submit);
  const cancel = element('button', { type: 'button', class: 'button', onclick: () => node.close() }, t('page.cancel'));
  const form = element('form', { class: 'dialog-form', method: 'dialog', novalidate: true },
    element('header', { class: 'dialog-head' },
      element('h2', { id: titleId }, title),
      element('button', { type: 'button', class: 'button button-quiet button-icon', 'aria-label': t('page.close'), onclick: () => node.close() }, icon('close'))),
    element('div', { class: 'dialog-content' }, ...content),
    error,
    element('footer', { class: 'dialog-actions' }, cancel, confirm));
  const node = element('dialog', { class: wide ? 'dialog dialog-wide' : 'dialog', 'aria-labelledby': titleId }, form);
  form.addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (confirm.disabled) return;
    confirm.disabled = true;
    error.textContent = '';
    try {
      result = await act() ?? true;
      node.close();
    } catch (problem) {
      error.replaceChildren(said(problem));
    } finally {
      confirm.disabled = false;
    }
  });
  if (only) cancel.remove();
  document.body.append(node);
  node.showModal();
  // What cannot be undone does not begin with the button that does it.
  const first = /** @type {HTMLElement | null} */ (node.querySelector('[data-first]')) ?? (danger ? cancel : confirm);
  first.focus();
  if (first instanceof HTMLInputElement && first.type === 'text') selectStem(first);
  return new Promise((fulfil) => {
    node.addEventListener('close', () => {
      node.remove();
      fulfil(result);
    });
  });
}

/** Puts away what was asked: nobody is signed in any more. */
export function closeDialogs() {
  document.querySelectorAll('dialog').forEach((node) => node.close());
}

/** A name without its extension, which people seldom mean to change. @param {HTMLInputElement} input */
function selectStem(input) {
  const end = input.value.lastIndexOf('.');
  input.setSelectionRange(0, end > 0 ? end : input.value.length);
}
