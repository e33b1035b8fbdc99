// The tools of a message, those first that are wanted most: what has no room goes into a menu.

/** @typedef {typeof import('./tool-icons.js').TOOL_ICONS} Icons */

/**
 * @typedef {object} Tool
 * @property {keyof Icons} name as commands.js knows it, too, unless `panel` or `act` says otherwise
 * @property {import('../../page/language.js').Word} word
 * @property {string} [keys] as people read them
 * @property {keyof import('../../editor/protocol.js').Marks} [mark] the tool is pressed while the selection has it
 * @property {'colour' | 'size' | 'align'} [panel]
 * @property {'link' | 'image' | 'plain'} [act]
 */

/** @type {Tool[]} */
export const TOOLS = [
  { name: 'bold', word: 'message.bold', keys: 'Ctrl+B', mark: 'bold' },
  { name: 'italic', word: 'message.italic', keys: 'Ctrl+I', mark: 'italic' },
  { name: 'underline', word: 'message.underline', keys: 'Ctrl+U', mark: 'underline' },
  { name: 'colour', word: 'message.colour', panel: 'colour' },
  { name: 'size', word: 'message.size', panel: 'size' },
  { name: 'link', word: 'message.link', keys: 'Ctrl+K', mark: 'link', act: 'link' },
  { name: 'image', word: 'message.image', act: 'image' },
  { name: 'bullets', word: 'message.bullets', keys: 'Ctrl+Shift+8', mark: 'bullets' },
  { name: 'numbers', word: 'message.numbers', keys: 'Ctrl+Shift+7', mark: 'numbers' },
  { name: 'quote', word: 'message.quote', keys: 'Ctrl+Shift+9', mark: 'quote' },
  { name: 'align', word: 'message.align', panel: 'align' },
  { name: 'strike', word: 'message.strike', keys: 'Ctrl+Shift+X', mark: 'strike' },
  { name: 'outdent', word: 'message.outdent' },
  { name: 'indent', word: 'message.indent' },
  { name: 'clear', word: 'message.clear', keys: 'Ctrl+\\' },
  { name: 'undo', word: 'message.undo', keys: 'Ctrl+Z' },
  { name: 'redo', word: 'message.redo', keys: 'Ctrl+Shift+Z' },
  { name: 'plain', word: 'message.plain', act: 'plain' },
];

/** On white all of them can be read: at least 4.5 : 1. @type {[import('../../page/language.js').Word, string][]} */
export const COLOURS = [
  ['message.colourNone', ''], ['message.grey', '#5f6b7a'], ['message.red', '#b3261e'], ['message.orange', '#a04a00'],
  ['message.green', '#1a7340'], ['message.teal', '#0b6e75'], ['message.blue', '#2853c4'], ['message.purple', '#7a35b5'],
];

/** Dark text can be read on all of them. @type {[import('../../page/language.js').Word, string][]} */
export const HIGHLIGHTS = [
  ['message.highlightNone', ''], ['message.yellow', '#fff3a3'], ['message.green', '#c9f2d0'], ['message.blue', '#cfe3ff'],
  ['message.pink', '#ffd6e7'], ['message.orange', '#ffdfb8'], ['message.grey', '#e4e8ee'],
];

/** @type {[import('../../page/language.js').Word, string][]} */
export const SIZES = [['message.sizeSmall', 'small'], ['message.sizeNormal', 'normal'], ['message.sizeLarge', 'large'], ['message.sizeHuge', 'huge']];

/** @type {[import('../../page/language.js').Word, keyof Icons, string][]} */
export const ALIGNMENTS = [
  ['message.alignStart', 'align', 'start'], ['message.alignCenter', 'center', 'center'], ['message.alignEnd', 'end', 'end'], ['message.alignJustify', 'justify', 'justify'],
];
