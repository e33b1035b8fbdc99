// What the page and the frame of a message say to each other, by postMessage. Both sides take a message only from each
// other's window, and only if it is one of these with the members that are listed; members with `?` may be missing.

/**
 * @typedef {{start: number, end: number}} Caret where the selection is, in steps from the beginning, see caret.js
 * @typedef {{bold: boolean, italic: boolean, underline: boolean, strike: boolean, bullets: boolean, numbers: boolean,
 *   quote: boolean, align: string, size: string, undo: boolean, redo: boolean, link: boolean}} Marks of the selection
 */

/** From the page to the frame. */
export const TO_FRAME = {
  /** Shows a message in place of what was there; `text` is turned into HTML first. `signed`: it holds its signature. */
  show: { html: 'string?', text: 'string?', signature: 'string?', signed: 'boolean?', words: 'object?', fresh: 'boolean?' },
  /** Asks for `content`, with the same number. */
  read: { id: 'number?' },
  /** Asks for `converted`: HTML as text. */
  convert: { html: 'string', id: 'number' },
  /** A name of commands.js. */
  command: { name: 'string', value: 'string?' },
  /** Replaces the link at the selection, or makes one; an empty `href` removes it. */
  link: { href: 'string', text: 'string' },
  image: { src: 'string', alt: 'string' },
  /** Swaps one signature for another, unless somebody has edited it. */
  signature: { before: 'string', after: 'string' },
  focus: {},
  caret: { caret: 'object' },
};

/** From the frame to the page. */
export const TO_PAGE = {
  ready: {},
  shown: {},
  content: { html: 'string', text: 'string', formatted: 'boolean', id: 'number?' },
  converted: { text: 'string', id: 'number' },
  changed: { html: 'string' },
  marks: { marks: 'object', caret: 'object?' },
  /** Somebody wants to set a link here. */
  linking: { href: 'string', text: 'string' },
  /** Pasted or dropped. */
  files: { files: 'object' },
  interaction: {},
  escape: {},
  /** F6: to the next window. */
  cycle: { back: 'boolean' },
  send: {},
  /** Alt+Z: takes back what was sent last. */
  undoSend: {},
  open: { href: 'string' },
};

/**
 * @param {Record<string, Record<string, string>>} kinds one of the tables above @param {any} data
 * @returns {any} the message; null: it is none
 */
export function checked(kinds, data) {
  const members = data && typeof data === 'object' && Object.hasOwn(kinds, data.type) ? kinds[data.type] : null;
  const fits = members && Object.entries(members).every(([key, kind]) => {
    const value = data[key];
    if (value === undefined) return kind.endsWith('?');
    return typeof value === kind.replace('?', '') && value !== null;
  });
  return fits ? data : null;
}
