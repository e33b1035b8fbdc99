// A list of thousands of items that is drawn while somebody scrolls through it.

/** Items drawn at a time. */
const BATCH = 200;

export class LongList {
  #items = [];
  #drawn = 0;
  /** What is drawn, and what was before. @type {Map<string, HTMLElement>} by key */
  #nodes = new Map();
  #old = new Map();

  /**
   * @param {HTMLElement} parent holds the drawn items
   * @param {HTMLElement} end an element below `parent`: coming near it draws more
   * @param {{key: (item: any) => string, draw: (item: any) => HTMLElement, again?: (node: any, item: any) => void}} how
   *   `key`: two items of one key look the same, but for what `again` sets when one is shown again
   */
  constructor(parent, end, { key, draw, again = () => {} }) {
    Object.assign(this, { parent, end, key, draw, again });
    this.observer = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#more(), { rootMargin: '600px' });
    this.observer.observe(end);
  }

  /** @param {any[]} items in place of those before @param {{fromTop?: boolean}} [options] else as many are drawn as were */
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
    if (this.parent.contains(focused)) focused.focus({ preventScroll: true });
    this.#watch();
  }

  #more() {
    this.parent.append(...this.#next(BATCH));
    this.#watch();
  }

  #next(amount) {
    const items = this.#items.slice(this.#drawn, this.#drawn + amount);
    this.#drawn += items.length;
    return items.map((item) => this.#node(item));
  }

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
