// The arithmetic of the dock: how many windows fit side by side, which place each of them has, and how wide they are.
// Windows stand on the line of bars. A window keeps its place for as long as somebody may be typing in it.

/** As in compose.css. */
const SMALL = matchMedia('(max-width: 600px), (max-height: 480px)');
const MARGIN = 32;
const GAP = 12;
const WINDOW_LEAST = 440;
const WINDOW_MOST = 560;

/** Asking for it makes the browser lay out all that has changed: once is enough until it is another. @type {{width: number, height: number} | null} */
let known = null;

/** Without the scroll bar and the place that is kept for it, as the dock itself. */
export function pageSize() {
  if (!known) {
    const root = document.documentElement;
    known = { width: Math.floor(root.getBoundingClientRect().width), height: root.clientHeight };
  }
  return known;
}

/** The page has another size now. */
export function pageResized() {
  known = null;
}

/** @returns {boolean} false: one window at a time fills the page */
export function roomy() {
  return !SMALL.matches;
}

export class Arrangement {
  /** The place of each window that stands in the dock: the number of places beside it, from the edge. @type {Map<import('./window.js').ComposeWindow, number>} */
  #places = new Map();
  #width = WINDOW_MOST;

  /** @param {HTMLElement} dock */
  constructor(dock) {
    this.dock = dock;
  }

  /** @param {boolean} still none may become narrower @returns {number} of windows that can stand side by side */
  capacity(still) {
    return Math.max(1, fitting(still ? this.#width : WINDOW_LEAST));
  }

  /**
   * @param {import('./window.js').ComposeWindow[]} windows
   * @param {boolean} still none may move aside, because somebody is at work
   */
  arrange(windows, still) {
    // One in full screen keeps its place for afterwards.
    const docked = windows.filter(({ minimised, draft }) => !minimised && !draft.place);
    const full = roomy() && docked.some(({ draft }) => draft.full);
    for (const window of this.#places.keys()) if (!docked.includes(window)) this.#places.delete(window);
    const taken = new Set(this.#places.values());
    for (const window of docked.filter((each) => !this.#places.has(each))) {
      const place = [...taken, 0].findIndex((_, free) => !taken.has(free));
      taken.add(place);
      this.#places.set(window, place);
    }
    const inOrder = [...this.#places].sort(([, one], [, other]) => one - other);
    const spread = (inOrder.at(-1)?.[1] ?? 0) + 1;
    const compact = !(still || full) || spread > this.capacity(false);
    const columns = compact ? Math.max(1, inOrder.length) : spread;
    inOrder.forEach(([window, place], index) => {
      this.#places.set(window, compact ? index : place);
      set(window.node, '--place', String(compact ? index : place));
    });
    const { width } = pageSize();
    this.#width = Math.min(WINDOW_MOST, Math.floor((width - MARGIN - (columns - 1) * GAP) / columns));
    set(this.dock, '--window-width', `${this.#width}px`);
    this.dock.toggleAttribute('data-bars', windows.some(({ minimised }) => minimised));
    this.dock.toggleAttribute('data-full', roomy() && windows.some(({ minimised, draft }) => draft.full && !minimised));
  }
}

/** @param {number} width in CSS pixels */
function fitting(width) {
  return Math.floor((pageSize().width - MARGIN + GAP) / (width + GAP));
}

/** @param {HTMLElement} node @param {string} name @param {string} value */
function set(node, name, value) {
  if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
}
