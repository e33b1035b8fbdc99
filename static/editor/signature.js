// The signature in a message: a block of its own, below the text and above what is quoted.

import { htmlOf, textOf } from './text.js';

const createElement = document.createElement.bind(document);

/** Elements that make a signature HTML, as the server tells it. */
const TAG = /<\/?(a|address|b|big|blockquote|body|br|center|code|div|em|font|h[1-4]|head|hr|html|i|img|li|ol|p|pre|small|span|strong|sub|sup|table|tt|u|ul)[\s/>]/i;

/** @param {string} signature @returns {boolean} the server takes it for HTML, not for text */
export function isHtml(signature) {
  return TAG.test(signature);
}

/** @param {string} signature text or HTML @returns {string} */
export function signatureHtml(signature) {
  return isHtml(signature) ? signature : htmlOf(signature.trimEnd(), { plain: true });
}

export class Signature {
  /** @param {HTMLElement} message @param {(html: string) => DocumentFragment} cleaned */
  constructor(message, cleaned) {
    this.message = message;
    this.cleaned = cleaned;
  }

  /** @param {string} signature @param {boolean} spaced with a line above it for the text */
  insert(signature, spaced) {
    if (!signature.trim()) return;
    const node = createElement('div');
    node.className = 'signature';
    node.append(this.cleaned(signatureHtml(signature)));
    const quote = [...this.message.children].findLast(({ localName }) => localName === 'blockquote') ?? null;
    this.message.insertBefore(node, quote && !this.#hasTextBehind(quote) ? quote : null);
    if (spaced) node.before(emptyLine());
  }

  /** After a way through plain text, where it lost its looks. @param {string} signature */
  restore(signature) {
    const node = this.#node;
    if (!node || !signature.trim()) return;
    const whole = this.cleaned(signatureHtml(signature));
    if (textOf(whole) === textOf(node)) node.replaceChildren(whole);
  }

  /** @param {string} before @param {string} after */
  swap(before, after) {
    const node = this.#node;
    if (!before.trim() && !node) return this.insert(after, true);
    if (!node || !before.trim() || node.innerHTML !== this.#htmlOf(before)) return;
    if (after.trim()) node.replaceChildren(this.cleaned(signatureHtml(after)));
    else node.remove();
  }

  get #node() {
    return [...this.message.querySelectorAll('div.signature')].find((node) => !node.closest('blockquote')) ?? null;
  }

  /** @param {string} signature */
  #htmlOf(signature) {
    const holder = createElement('div');
    holder.append(this.cleaned(signatureHtml(signature)));
    return holder.innerHTML;
  }

  /** Someone who answers between quotes signs below all of them. @param {Element} quote */
  #hasTextBehind(quote) {
    for (let next = quote.nextSibling; next; next = next.nextSibling) if (next.textContent?.trim()) return true;
    return false;
  }
}

export function emptyLine() {
  const line = createElement('div');
  line.append(createElement('br'));
  return line;
}
