// The sandboxed frame of one message: it shares nothing with this page, and what it says is data from a stranger.
// Loading one takes longer than a person should wait for a window, so a spare one is kept ready. A browser has one
// process for all of them and ends it with the last; starting another takes several times as long as loading.

import { TO_PAGE, checked } from '../../editor/protocol.js';
import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { whenIdle } from '../../page/when-idle.js';

const ADDRESS = new URL('../../editor/editor.html', import.meta.url);
// Browsers keep the file together with which pages may hold it, which a setting of the server changes.
ADDRESS.search = document.documentElement.dataset.hosts ?? '';
/** Milliseconds that loading may take on whatever machine and network. */
const LOAD_LIMIT = 60_000;
/** Milliseconds, at least, from the frame's `load` to what its script has said before that; as long as loading took on a slow machine. */
const GRACE = 3_000;

export class EditorFrame {
  /** @type {Partial<import('../../editor/protocol.js').Listeners<import('../../editor/protocol.js').ToPage>>} */
  listeners = {};
  isReady = false;
  /** It will never be ready: its script has not come. */
  failed = false;
  #timer = 0;
  #fulfilReady = () => {};
  /** @type {(reason: Error) => void} */
  #rejectReady = () => {};

  constructor() {
    /** @type {Promise<void>} */
    this.ready = new Promise((fulfil, reject) => {
      this.#fulfilReady = fulfil;
      this.#rejectReady = reject;
    });
    this.ready.catch(() => {});
    this.node = element('iframe', { class: 'message', sandbox: 'allow-scripts', src: ADDRESS.href });
    const began = performance.now();
    this.node.addEventListener('load', () => this.#failIn(Math.max(GRACE, performance.now() - began)));
    addEventListener('message', this.#receive);
    this.#failIn(LOAD_LIMIT);
  }

  /** Also before it is ready: then once it is. @param {import('../../editor/protocol.js').Message<import('../../editor/protocol.js').ToFrame>} message */
  post(message) {
    // The sandbox gives the frame an origin that has no name; the page's policy lets nothing foreign into it.
    this.ready.then(() => this.node.contentWindow?.postMessage(message, '*'), () => {});
  }

  close() {
    clearTimeout(this.#timer);
    this.#rejectReady(new Error(t('message.notShown')));
    removeEventListener('message', this.#receive);
    if (canMove && this.isReady && this.node.isConnected && !spare?.isReady) keepUntilSpare(this.node);
    else this.node.remove();
  }

  /** @param {number} delay in milliseconds */
  #failIn(delay) {
    clearTimeout(this.#timer);
    if (this.isReady) return;
    this.#timer = setTimeout(() => {
      this.failed = true;
      // Where the server is a newer one, it has no files for this page any more.
      dispatchEvent(new Event('importfailed'));
      this.#rejectReady(new Error(t('message.notShown')));
    }, delay);
  }

  #receive = (/** @type {MessageEvent} */ event) => {
    if (event.source !== this.node.contentWindow || event.source === null) return;
    const known = checked(TO_PAGE, event.data);
    if (known?.type === 'ready') {
      clearTimeout(this.#timer);
      this.isReady = true;
      this.#fulfilReady();
    }
    else if (known) this.listeners[known.type]?.(known.message);
  };
}

/** @type {EditorFrame | null} */
let spare = null;
/** Closed; there for its process. @type {HTMLElement | null} */
let last = null;
const shelf = element('div', { hidden: true });
/** Without it a frame that is moved loads anew. */
const canMove = 'moveBefore' in Element.prototype;

/** Loads a frame for the next message, once the browser has nothing else to do. */
export function prepareFrame() {
  if (!canMove || spare) return;
  whenIdle(() => {
    if (spare) return;
    putShelf();
    const frame = new EditorFrame();
    spare = frame;
    shelf.append(frame.node);
    frame.ready.then(removeLast, () => {
      removeLast();
      if (spare === frame) spare = null;
      frame.close();
    });
  });
}

/** @param {HTMLElement} node of a closed frame */
function keepUntilSpare(node) {
  removeLast();
  last = node;
  putShelf();
  shelf.moveBefore(node, null);
  prepareFrame();
}

function putShelf() {
  // Put there again, it would load all that is on it anew.
  if (!shelf.isConnected) document.body.append(shelf);
}

function removeLast() {
  last?.remove();
  last = null;
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
  // The next one does not take anything from this one.
  frame.ready.then(prepareFrame, () => {});
  return frame;
}
