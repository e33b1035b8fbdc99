// What the page and the frame of a message say to each other, by postMessage. Both sides take a message only from each
// other's window, and only if it is one of these with the members that are listed; members with `?` may be missing.

/**
 * @typedef {{start: number, end: number}} Caret where the selection is, in steps from the beginning, see caret.js
 * @typedef {{bold: boolean, italic: boolean, underline: boolean, strike: boolean, bullets: boolean, numbers: boolean,
 *   quote: boolean, align: string, size: string, undo: boolean, redo: boolean, link: boolean}} Marks of the selection
 *
 * @typedef {object} ToFrame the members of each kind of message
 * @property {{html?: string, text?: string, signature?: string, signed?: boolean, words?: Record<string, unknown>, fresh?: boolean}} show
 * @property {{id?: number}} read
 * @property {{html: string, id: number}} convert
 * @property {{name: string, value?: string}} command
 * @property {{href: string, text: string}} link
 * @property {{src: string, alt: string}} image
 * @property {{before: string, after: string}} signature
 * @property {{}} focus
 * @property {{caret: Caret}} caret its numbers may be anything
 *
 * @typedef {object} ToPage
 * @property {{}} ready
 * @property {{}} shown
 * @property {{html: string, text: string, formatted: boolean, id?: number}} content
 * @property {{text: string, id: number}} converted
 * @property {{html: string}} changed
 * @property {{marks: Marks, caret?: Caret}} marks
 * @property {{href: string, text: string}} linking
 * @property {{files: File[]}} files not all of them need be files
 * @property {{}} interaction
 * @property {{}} escape
 * @property {{back: boolean}} cycle
 * @property {{}} send
 * @property {{}} undoSend
 * @property {{href: string}} open
 */

/** @template Kinds @typedef {{[Type in keyof Kinds]: {type: Type} & Kinds[Type]}[keyof Kinds]} Message as it is posted */
/** @template Kinds @typedef {{[Type in keyof Kinds]: (message: Kinds[Type]) => void}} Listeners */
/** @template Kinds @typedef {{[Type in keyof Kinds]: Record<keyof Kinds[Type], string>}} Table what `typeof` says of each member */

/** From the page to the frame. @type {Table<ToFrame>} */
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

/** From the frame to the page. @type {Table<ToPage>} */
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
 * @template Kinds
 * @param {Table<Kinds>} kinds one of the tables above @param {any} data
 * @returns {{type: keyof Kinds, message: any} | null} null: it is none
 */
export function checked(kinds, data) {
  const members = data && typeof data === 'object' && Object.hasOwn(kinds, data.type) ? kinds[/** @type {keyof Kinds} */ (data.type)] : null;
  const fits = members && Object.entries(members).every(([key, kind]) => {
    const value = data[key];
    if (value === undefined) return kind.endsWith('?');
    return typeof value === kind.replace('?', '') && value !== null;
  });
  return fits ? { type: data.type, message: data } : null;
}
