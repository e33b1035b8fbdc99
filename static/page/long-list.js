// A list of thousands of items that is drawn while somebody scrolls through it.

/** Items drawn at a time. */
const BATCH = 200;

/** @template T */
export class LongList {
  /** @type {T[]} */
  #items = [];
  #drawn = 0;
  /** What is drawn, and what was before. @type {Map<string, HTMLElement>} by key */
  #nodes = new Map();
  /** @type {Map<string, HTMLElement>} */
  #old = new Map();

  /**
   * @param {HTMLElement} parent holds the drawn items
   * @param {HTMLElement} end an element below `parent`: coming near it draws more
   * @param {{key: (item: T) => string, draw: (item: T) => HTMLElement, again?: (node: HTMLElement, item: T) => void}} how
   *   `key`: two items of one key look the same, but for what `again` sets when one is shown again
   */
  constructor(parent, end, { key, draw, again = () => {} }) {
    this.parent = parent;
    this.end = end;
    this.key = key;
    this.draw = draw;
    this.again = again;
    this.observer = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#more(), { rootMargin: '600px' });
    this.observer.observe(end);
  }

  /** @param {T[]} items in place of those before @param {{fromTop?: boolean}} [options] else as many are drawn as were */
  show(items, { fromTop = false } = {}) {
    const before = fromTop ? 0 : this.#drawn;
    const focused = document.activeElement;
    this.#items = items;
    this.#drawn = 0;
    this.#old = this.#nodes;
    this.#nodes = new Map();
    const nodes = this.#next(Math.max(BATCH, before));
    this.#old.clear();
    this.parent.replaceChildren(...nodes);
    if (focused instanceof HTMLElement && this.parent.contains(focused)) focused.focus({ preventScroll: true });
    this.#watch();
  }

  #more() {
    this.parent.append(...this.#next(BATCH));
    this.#watch();
  }

  /** @param {number} amount */
  #next(amount) {
    const items = this.#items.slice(this.#drawn, this.#drawn + amount);
    this.#drawn += items.length;
    return items.map((item) => this.#node(item));
  }

  /** @param {T} item */
  #node(item) {
    const key = this.key(item);
    const old = this.#old.get(key);
    if (old) this.again(old, item);
    const node = old ?? this.draw(item);
    this.#nodes.set(key, node);
    return node;
  }

  #watch() {
    this.end.hidden = this.#drawn >= this.#items.length;
    // The observer tells only of changes: an end that stays in view would be told once.
    this.observer.unobserve(this.end);
    this.observer.observe(this.end);
  }
}
