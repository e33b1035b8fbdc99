// The script of the sandboxed frame that a message is shown and written in. It talks to the page around it by
// postMessage only. The server has sanitised what it shows, and the frame's policy runs no script but these: what is
// taken out here is the third line, for what a policy does not cover (a refresh, a base address, a form).

import { caretOf, restoreCaret } from './caret.js';
import { Commands } from './commands.js';
import { asText, cleaned, contentOf, fromText, isEmpty, sentForm, trusted } from './content.js';
import { acceptIncoming } from './incoming.js';
import { linkAt, linkTyped, setLink } from './links.js';
import { TO_FRAME, checked } from './protocol.js';
import { Signature, emptyLine } from './signature.js';
import { escaped } from './text.js';

/** Milliseconds that a report may take to be made at every key; else it waits for a pause, so many times as long. */
const QUICK = 4;
const REPORT_DELAY = 150;
const REPORT_SHARE = 10;
/** Milliseconds between two signs that the person is at work here. */
const INTERACTION_INTERVAL = 1000;

const message = /** @type {HTMLElement} */ (document.getElementById('message'));
const parentWindow = window.parent;
const getSelection = window.getSelection.bind(window);
const commands = new Commands(message, trusted);
const signature = new Signature(message, cleaned);

let reportTimer = 0;
let marksTimer = 0;
let reportTime = 0;
let lastInteraction = 0;
let lastMarks = '';

const post = (/** @type {import('./protocol.js').Message<import('./protocol.js').ToPage>} */ data) => parentWindow.postMessage(data, '*');

/** @param {import('./protocol.js').ToFrame['show']} message */
function show({ html = '', text = '', signature: signs = '', signed = false, fresh = false, words = {} }) {
  const said = (/** @type {string} */ key) => (typeof words[key] === 'string' ? words[key] : '');
  if (said('label')) message.setAttribute('aria-label', said('label'));
  message.setAttribute('data-placeholder', said('placeholder'));
  message.replaceChildren(text ? fromText(text) : cleaned(html));
  if (!message.hasChildNodes()) message.append(emptyLine());
  if (!signed) signature.insert(signs, fresh);
  else if (text) signature.restore(signs);
  reflectEmpty();
  post({ type: 'shown' });
}

/** @type {import('./protocol.js').Listeners<import('./protocol.js').ToFrame>} */
const received = {
  show,
  read: ({ id }) => {
    stopReport();
    post({ type: 'content', ...contentOf(message), id });
  },
  convert: ({ html, id }) => post({ type: 'converted', text: asText(html), id }),
  command: ({ name, value }) => {
    if (name === 'link') post({ type: 'linking', ...linkAt(commands) });
    else if (commands.execute(name, value)) reflect();
  },
  link: (wanted) => setLink(commands, wanted),
  image: ({ src, alt }) => commands.insertHtml(htmlOfImage(src, alt)),
  signature: ({ before, after }) => {
    signature.swap(before, after);
    report();
  },
  focus: () => message.focus(),
  caret: ({ caret }) => restoreCaret(message, getSelection(), caret),
};

/** @param {string} src @param {string} alt */
function htmlOfImage(src, alt) {
  const holder = document.createElement('div');
  holder.append(cleaned(`<img src="${escaped(src)}" alt="${escaped(alt)}">`));
  return holder.innerHTML;
}

window.addEventListener('message', (event) => {
  if (event.source !== parentWindow) return;
  const data = checked(TO_FRAME, event.data);
  if (data) received[data.type](data.message);
});

function stopReport() {
  clearTimeout(reportTimer);
  reportTimer = 0;
}

function report() {
  stopReport();
  const start = performance.now();
  post({ type: 'changed', html: sentForm(message).html });
  reportTime = performance.now() - start;
}

/** A page that is reloaded has only what was reported; but serialising a large message at every key would be felt. */
function reportSoon() {
  clearTimeout(reportTimer);
  reportTimer = setTimeout(report, reportTime < QUICK ? 0 : Math.max(REPORT_DELAY, reportTime * REPORT_SHARE));
}

function reflectEmpty() {
  message.toggleAttribute('data-empty', isEmpty(message));
}

/** Tells the page what the selection is, so that its tools show it. */
function reflect() {
  clearTimeout(marksTimer);
  marksTimer = setTimeout(() => {
    const state = { marks: commands.marks, caret: caretOf(message, getSelection()) ?? undefined };
    const text = JSON.stringify(state);
    if (text !== lastMarks) post({ type: 'marks', ...state });
    lastMarks = text;
  }, 30);
}

message.addEventListener('input', (event) => {
  const { inputType, data, isComposing } = /** @type {InputEvent} */ (event);
  if (!isComposing && inputType === 'insertText' && data === ' ') linkTyped(commands, false);
  if (inputType === 'insertParagraph') linkTyped(commands, true);
  // All of it was deleted, with its line.
  if (!message.hasChildNodes()) message.append(emptyLine());
  reflectEmpty();
  reportSoon();
  reflect();
});
document.addEventListener('selectionchange', reflect);
window.addEventListener('blur', () => reportTimer && report());
window.addEventListener('focus', () => {
  if (document.activeElement !== message) message.focus();
});

for (const kind of ['pointerdown', 'keydown', 'wheel']) {
  window.addEventListener(kind, () => {
    if (Date.now() - lastInteraction < INTERACTION_INTERVAL) return;
    lastInteraction = Date.now();
    post({ type: 'interaction' });
  }, { capture: true, passive: true });
}

/** With Ctrl or Cmd; by key, and by code for what depends on Shift. @type {Record<string, string>} */
const KEYS = { b: 'bold', i: 'italic', u: 'underline', '\\': 'clear', 'shift Digit7': 'numbers', 'shift Digit8': 'bullets', 'shift Digit9': 'quote', 'shift KeyX': 'strike' };

window.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  const { key, code, shiftKey } = event;
  if (key === 'Escape') post({ type: 'escape' });
  else if (key === 'F6') {
    event.preventDefault();
    post({ type: 'cycle', back: shiftKey });
  }
  else if (code === 'KeyZ' && event.altKey && !event.ctrlKey && !event.metaKey && !shiftKey) {
    post({ type: 'undoSend' });
    // Where the keys make another character, that is meant as well.
    if (key.toLowerCase() === 'z') event.preventDefault();
  }
  else if (key === 'Enter' && !shiftKey && commands.leaveQuote()) event.preventDefault();
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const command = KEYS[shiftKey ? `shift ${code}` : key.toLowerCase()];
  if (key === 'Enter') post({ type: 'send' });
  else if (key.toLowerCase() === 'k' && !shiftKey) post({ type: 'linking', ...linkAt(commands) });
  else if (command) {
    commands.execute(command);
    reflect();
  } else return;
  event.preventDefault();
});

// A link never leads out of the frame; with Ctrl or Cmd the page may open it in a new tab.
for (const kind of ['click', 'auxclick']) {
  window.addEventListener(kind, (event) => {
    const link = /** @type {Element} */ (event.target).closest?.('a[href], area[href]');
    if (!link) return;
    event.preventDefault();
    const { ctrlKey, metaKey } = /** @type {MouseEvent} */ (event);
    if (ctrlKey || metaKey) post({ type: 'open', href: String(link.getAttribute('href')) });
  }, true);
}
window.addEventListener('submit', (event) => event.preventDefault(), true);

acceptIncoming(message, commands, (files) => post({ type: 'files', files }));
post({ type: 'ready' });
