// The sandboxed frame of one message: it shares nothing with this page, and what it says is data from a stranger.
// Loading one takes longer than a person should wait for a window, so a spare one is kept ready.

import { TO_PAGE, checked } from '../../editor/protocol.js';
import { element } from '../../page/dom.js';
import { whenIdle } from '../../page/when-idle.js';

const ADDRESS = new URL('../../editor/editor.html', import.meta.url).href;

export class EditorFrame {
  /** @type {Partial<import('../../editor/protocol.js').Listeners<import('../../editor/protocol.js').ToPage>>} */
  listeners = {};
  #fulfilReady = () => {};

  constructor() {
    this.isReady = false;
    this.ready = new Promise((fulfil) => { this.#fulfilReady = () => fulfil(undefined); });
    this.node = element('iframe', { class: 'message', sandbox: 'allow-scripts', src: ADDRESS });
    addEventListener('message', this.#receive);
  }

  /** @param {import('../../editor/protocol.js').Message<import('../../editor/protocol.js').ToFrame>} message */
  async post(message) {
    await this.ready;
    // The sandbox gives the frame an origin that has no name; the page's policy lets nothing foreign into it.
    this.node.contentWindow?.postMessage(message, '*');
  }

  close() {
    removeEventListener('message', this.#receive);
    this.node.remove();
  }

  #receive = (/** @type {MessageEvent} */ event) => {
    if (event.source !== this.node.contentWindow || event.source === null) return;
    const known = checked(TO_PAGE, event.data);
    if (known?.type === 'ready') {
      this.isReady = true;
      this.#fulfilReady();
    }
    else if (known) this.listeners[known.type]?.(known.message);
  };
}

/** @type {EditorFrame | null} */
let spare = null;
const shelf = element('div', { hidden: true });
/** Without it a frame that is moved loads anew. */
const canMove = 'moveBefore' in Element.prototype;

/** Loads a frame for the next message, once the browser has nothing else to do. */
export function prepareFrame() {
  if (!canMove || spare) return;
  whenIdle(() => {
    if (spare) return;
    document.body.append(shelf);
    spare = new EditorFrame();
    shelf.append(spare.node);
  });
}

/** @param {HTMLElement} place in the document @param {string} label @returns {EditorFrame} inside of it */
export function takeFrame(place, label) {
  // Moving one that is still loading may stop that.
  const ready = spare?.isReady ? spare : null;
  const frame = ready ?? new EditorFrame();
  frame.node.setAttribute('aria-label', label);
  frame.node.setAttribute('title', label);
  if (ready) {
    spare = null;
    place.moveBefore(frame.node, null);
  } else place.append(frame.node);
  prepareFrame();
  return frame;
}
