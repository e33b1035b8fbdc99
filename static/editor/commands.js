// The one place that changes a message while somebody writes it. `document.execCommand` is what all browsers have and
// what their own undo knows; an editing library would take the place of this file.

const run = document.execCommand.bind(document);
const isOn = document.queryCommandState.bind(document);
const isPossible = document.queryCommandEnabled.bind(document);
const valueOf = document.queryCommandValue.bind(document);
const getSelection = window.getSelection.bind(window);

/** What the page calls sizes, as `fontSize` knows them. @type {Record<string, string>} */
const SIZES = { small: '2', normal: '3', large: '5', huge: '6' };
const COLOUR = /^(#[\da-f]{6}|)$/i;

/** @param {HTMLElement} message */
export class Commands {
  /** @param {HTMLElement} message @param {(html: string) => any} trusted */
  constructor(message, trusted) {
    this.message = message;
    this.trusted = trusted;
    // Lines without a distance of their own, as people expect of mail.
    run('defaultParagraphSeparator', false, 'div');
  }

  /** @type {Record<string, (value: string) => void>} */
  #known = {
    bold: () => this.#mark('bold'),
    italic: () => this.#mark('italic'),
    underline: () => this.#mark('underline'),
    strike: () => this.#mark('strikeThrough'),
    bullets: () => this.#mark('insertUnorderedList'),
    numbers: () => this.#mark('insertOrderedList'),
    indent: () => this.#mark('indent'),
    outdent: () => this.#mark('outdent'),
    quote: () => this.#quote(),
    colour: (value) => COLOUR.test(value) && this.#style('foreColor', value || '#1a2230'),
    highlight: (value) => COLOUR.test(value) && this.#style('hiliteColor', value || 'transparent'),
    size: (value) => Object.hasOwn(SIZES, value) && this.#size(value),
    align: (value) => {
      const command = { start: 'justifyLeft', center: 'justifyCenter', end: 'justifyRight', justify: 'justifyFull' }[value];
      if (command) this.#style(command);
    },
    clear: () => this.#clear(),
    undo: () => run('undo'),
    redo: () => run('redo'),
  };

  /** @param {string} name @param {string} [value] @returns {boolean} whether there is such a command */
  execute(name, value = '') {
    if (!Object.hasOwn(this.#known, name)) return false;
    this.#enter();
    this.#known[name](value);
    return true;
  }

  /** @returns {import('./protocol.js').Marks} */
  get marks() {
    const size = valueOf('fontSize');
    return {
      bold: isOn('bold'), italic: isOn('italic'), underline: isOn('underline'), strike: isOn('strikeThrough'),
      bullets: isOn('insertUnorderedList'), numbers: isOn('insertOrderedList'), quote: this.#quoteAround() !== null,
      align: isOn('justifyCenter') ? 'center' : isOn('justifyFull') ? 'justify' : isOn('justifyRight') ? 'end' : 'start',
      size: Object.keys(SIZES).find((name) => SIZES[name] === size) ?? 'normal',
      link: this.around('a[href]') !== null,
      undo: isPossible('undo'), redo: isPossible('redo'),
    };
  }

  /** In place of the selection. @param {string} html clean */
  insertHtml(html) {
    this.#enter();
    run('insertHTML', false, this.trusted(html));
  }

  /** @param {string} text one line */
  insertText(text) {
    this.#enter();
    run('insertText', false, text);
  }

  /** @param {string} href */
  createLink(href) {
    run('createLink', false, href);
  }

  unlink() {
    run('unlink');
  }

  /** @param {string} selector @returns {HTMLElement | null} around the beginning of the selection */
  around(selector) {
    const anchorNode = getSelection()?.anchorNode;
    const element = anchorNode instanceof Element ? anchorNode : anchorNode?.parentElement;
    const found = element?.closest(selector);
    return found && found !== this.message && this.message.contains(found) ? /** @type {HTMLElement} */ (found) : null;
  }

  /** Leaves a quote from an empty line in it. @returns {boolean} whether that was so */
  leaveQuote() {
    const selection = getSelection();
    const block = this.around('div, p, li, blockquote');
    if (!selection?.isCollapsed || !block || block.localName === 'li' || !this.#quoteAround() || block.textContent || block.querySelector('img')) return false;
    this.#mark('outdent');
    return true;
  }

  /** Commands need a selection in the message: at its beginning, if nobody has set one. */
  #enter() {
    const selection = getSelection();
    if (selection && (!selection.rangeCount || !this.message.contains(selection.anchorNode))) selection.collapse(this.message.firstElementChild ?? this.message, 0);
  }

  /** @param {string} command @param {string} [value] */
  #mark(command, value = '') {
    run('styleWithCSS', false, 'false');
    run(command, false, value);
  }

  /** @param {string} command @param {string} [value] */
  #style(command, value = '') {
    run('styleWithCSS', false, 'true');
    run(command, false, value);
    run('styleWithCSS', false, 'false');
  }

  /** @param {string} value */
  #size(value) {
    this.#style('fontSize', SIZES[value]);
    if (value !== 'normal') return;
    // The size of the message needs no style.
    for (const span of this.message.querySelectorAll('span')) if (span.style.fontSize === 'medium') span.style.fontSize = '';
  }

  #quoteAround() {
    return this.around('blockquote:not([style*="none"])');
  }

  /** A quote is an indent without the look of one: so undo, and leaving it, work as for all blocks. */
  #quote() {
    if (this.#quoteAround()) return this.#mark('outdent');
    const before = new Set(this.message.querySelectorAll('blockquote'));
    this.#mark('indent');
    for (const quote of this.message.querySelectorAll('blockquote')) if (!before.has(quote)) quote.removeAttribute('style');
  }

  #clear() {
    this.#mark('removeFormat');
    this.#mark('unlink');
    if (isOn('justifyCenter') || isOn('justifyRight') || isOn('justifyFull')) this.#style('justifyLeft');
  }
}
