// Where one window is: in the dock, floating where the person has put it, or full-screen.

import { announce } from '../page/announce.js';
import { element } from '../page/dom.js';
import { t } from '../page/language.js';
import { pageSize, roomy } from './arrange.js';
import { onDrag } from './drag.js';

/** CSS pixels. */
const LEAST = { width: 360, height: 300 };

/** @typedef {{x: number, y: number, width: number, height: number}} Place of a floating window, in CSS pixels from the top left corner of the page */

export class Placement {
  /** Before the drag that is going on. @type {Place | null} */
  #before = null;

  /** @param {import('./window.js').ComposeWindow} window */
  constructor(window) {
    this.window = window;
    this.grip = element('span', { class: 'window-grip', 'aria-hidden': 'true' });
    window.node.append(this.grip);
    const drag = {
      start: () => {
        window.bar.dragged();
        this.#before = window.draft.place;
        return this.current;
      },
      end: () => this.settle(),
      cancel: () => this.put(this.#before),
    };
    onDrag(window.bar.node, {
      ...drag,
      may: ({ target }) => this.movable && !/** @type {Element} */ (target).closest('button'),
      move: (from, x, y) => this.put({ ...from, x: from.x + x, y: from.y + y }),
    });
    onDrag(this.grip, {
      ...drag,
      may: () => this.floating,
      move: (from, x, y) => this.put({ ...from, width: from.width + x, height: from.height + y }),
    });
  }

  /** Whether the page has room for more than one window. */
  get roomy() {
    return roomy();
  }

  get movable() {
    return roomy() && !this.window.minimised && !this.window.draft.full;
  }

  get floating() {
    return this.movable && this.window.draft.place !== null;
  }

  get docked() {
    return this.movable && this.window.draft.place === null;
  }

  /** @returns {Place} as it is seen */
  get current() {
    const { x, y, width, height } = this.window.node.getBoundingClientRect();
    return { x, y, width, height };
  }

  /** @param {Place | null} place brought into the page where it is not; null: in the dock */
  put(place) {
    const { draft, host } = this.window;
    const docked = this.docked;
    draft.place = place && within(place);
    this.reflect();
    if (docked !== this.docked) host.placed(this.window);
  }

  /** Back to its place in the dock. */
  dock() {
    this.put(null);
    this.window.bar.reflect();
    announce(t('window.docked'));
  }

  /** It was moved, and stays there now. */
  settle() {
    this.window.host.placed(this.window);
  }

  /** @param {boolean} full */
  setFull(full) {
    const { window } = this;
    if (window.draft.full === full) return;
    window.noteCaret();
    window.draft.full = full;
    if (window.minimised) window.restore({ focus: true });
    window.reflect();
    window.host.placed(window);
  }

  reflect() {
    const { node, draft } = this.window;
    const full = roomy() && draft.full && !draft.minimised;
    node.toggleAttribute('data-full', full);
    node.toggleAttribute('data-floating', this.floating);
    if (!draft.place || !this.floating) return;
    for (const [key, value] of Object.entries(within(draft.place))) setPixels(node, `--${key}`, value);
  }
}

/** @param {Place} place @returns {Place} the nearest one that is all within the page */
function within({ x, y, width, height }) {
  const page = pageSize();
  const between = (/** @type {number} */ least, /** @type {number} */ value, /** @type {number} */ most) => Math.round(Math.max(least, Math.min(value, most)));
  const size = {
    width: between(Math.min(LEAST.width, page.width), width, page.width),
    height: between(Math.min(LEAST.height, page.height), height, page.height),
  };
  return { ...size, x: between(0, x, page.width - size.width), y: between(0, y, page.height - size.height) };
}

/** @param {HTMLElement} node @param {string} name @param {number} value */
function setPixels(node, name, value) {
  const text = `${value}px`;
  if (node.style.getPropertyValue(name) !== text) node.style.setProperty(name, text);
}
