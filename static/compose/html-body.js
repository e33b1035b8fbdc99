// An HTML message, in a frame of its own that shares nothing with this page: sandboxed, without our origin and cookies.
// What the frame says is data from a stranger, and checked.

import { element } from '../page/dom.js';

/** Milliseconds that the frame may take to show the message, and to hand it over for a send. */
const SHOW_LIMIT = 5_000;
const READ_LIMIT = 3_000;

export class HtmlBody {
  /** @type {Record<'shown' | 'read', (value?: unknown) => void>} */
  #fulfil = { shown: () => {}, read: () => {} };

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {{changed: () => void, escape: () => void, send: () => void}} listener
   */
  constructor(draft, listener) {
    this.draft = draft;
    this.listener = listener;
    this.node = element('iframe', { class: 'message', sandbox: 'allow-scripts', title: 'Message', src: new URL('../editor/editor.html', import.meta.url).href });
    this.shown = withLimit(SHOW_LIMIT, new Promise((fulfil) => { this.#fulfil.shown = fulfil; }), 'the message could not be shown');
    addEventListener('message', this.#receive);
  }

  /** That it is in the frame; where in there, the frame does not say. */
  get caret() {
    return this.node === document.activeElement ? {} : null;
  }

  restoreCaret() {
    this.node.focus({ preventScroll: true });
  }

  /** Takes over what was typed up to now, also what the frame has not reported yet. */
  async flush() {
    const read = withLimit(READ_LIMIT, new Promise((fulfil) => { this.#fulfil.read = fulfil; }), 'The message could not be read. Try again.');
    this.#post({ type: 'read' });
    await read;
  }

  close() {
    removeEventListener('message', this.#receive);
    this.#fulfil.shown();
  }

  #post(message) {
    // The sandbox gives the frame an origin that has no name; the page's policy lets nothing foreign into it.
    this.node.contentWindow?.postMessage(message, '*');
  }

  #receive = (event) => {
    if (event.source !== this.node.contentWindow) return;
    const { type, html, href } = Object(event.data);
    if (type === 'ready') this.#post({ type: 'show', html: this.draft.bodyHtml });
    else if (type === 'shown') this.#fulfil.shown();
    else if (type === 'content' && typeof html === 'string') {
      this.draft.bodyHtml = html;
      this.#fulfil.read();
    } else if (type === 'changed' && typeof html === 'string') {
      this.draft.bodyHtml = html;
      this.listener.changed();
    } else if (type === 'interaction') this.node.dispatchEvent(new Event('interaction', { bubbles: true }));
    else if (type === 'escape') this.listener.escape();
    else if (type === 'send') this.listener.send();
    else if (type === 'open') openLink(href);
  };
}

/** Only on a click: the browser knows of the one in the frame. */
function openLink(href) {
  if (typeof href !== 'string' || !/^(https?|mailto):/i.test(href) || navigator.userActivation?.isActive === false) return;
  window.open(href, '_blank', 'noopener,noreferrer');
}

function withLimit(limit, promise, message) {
  let timer = 0;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(message)), limit); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
