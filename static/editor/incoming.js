// What is pasted into the message and dropped on it.

import { clean } from './clean.js';
import { parsed } from './content.js';
import { readOffice } from './office.js';
import { htmlOf } from './text.js';

const getSelection = window.getSelection.bind(window);

/**
 * @param {HTMLElement} message
 * @param {import('./commands.js').Commands} commands
 * @param {(files: File[]) => void} takeFiles
 */
export function acceptIncoming(message, commands, takeFiles) {
  let isPlain = false;
  let isOwn = false;

  // Not all browsers leave the HTML out by themselves.
  window.addEventListener('keydown', (event) => { isPlain = event.shiftKey && event.code === 'KeyV'; }, true);
  window.addEventListener('keyup', () => { isPlain = false; }, true);
  message.addEventListener('paste', (event) => {
    event.preventDefault();
    insert(event.clipboardData, isPlain);
  });
  // Within the message the browser moves what is dragged.
  window.addEventListener('dragstart', () => { isOwn = true; });
  window.addEventListener('dragend', () => { isOwn = false; });
  window.addEventListener('dragover', (event) => {
    if (isOwn) return;
    event.preventDefault();
    message.toggleAttribute('data-drop', event.dataTransfer?.types.includes('Files') ?? false);
  });
  window.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) message.removeAttribute('data-drop');
  });
  window.addEventListener('drop', (event) => {
    message.removeAttribute('data-drop');
    if (isOwn) return;
    event.preventDefault();
    const range = document.caretRangeFromPoint?.(event.clientX, event.clientY);
    if (range && message.contains(range.startContainer)) getSelection()?.collapse(range.startContainer, range.startOffset);
    insert(event.dataTransfer, false);
  });

  /** @param {DataTransfer | null} data @param {boolean} plain */
  function insert(data, plain) {
    if (!data) return;
    const files = [...data.files];
    const text = data.getData('text/plain');
    const html = plain ? '' : data.getData('text/html');
    const fragment = html ? readHtml(html) : null;
    // A picture copied from a page brings a link to it, and office programs put a picture beside the text.
    const says = fragment !== null && (fragment.textContent.trim() !== '' || fragment.querySelector('img, table') !== null);
    if (files.length && (!says || isOnlyLink(fragment)) && !text.trim()) return takeFiles(files);
    if (says) return commands.insertHtml(htmlWithin(fragment));
    if (!text) return;
    if (/[\r\n]/.test(text)) commands.insertHtml(htmlOf(text.replace(/\r?\n$/, ''), { plain: true }));
    else commands.insertText(text);
  }
}

/** @param {DocumentFragment} fragment */
function isOnlyLink(fragment) {
  return fragment.childNodes.length === 1 && fragment.firstElementChild?.localName === 'a';
}

/** @param {string} html */
function readHtml(html) {
  const source = parsed(html);
  readOffice(source, html);
  return clean(source, 'paste');
}

/** @param {DocumentFragment} fragment */
function htmlWithin(fragment) {
  const holder = document.createElement('div');
  holder.append(fragment);
  return holder.innerHTML;
}
