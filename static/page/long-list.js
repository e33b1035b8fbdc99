// A list of thousands of items that is drawn while somebody scrolls through it.

/** Items drawn at a time. */
const BATCH = 200;

export class LongList {
  #items = [];
  #drawn = 0;

  /**
   * @param {HTMLElement} parent holds the drawn items
   * @param {(item: any) => Node} draw
   * @param {HTMLElement} end an element below `parent`: coming near it draws more
   */
  constructor(parent, draw, end) {
    this.parent = parent;
    this.draw = draw;
    this.end = end;
    this.observer = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#more(), { rootMargin: '600px' });
    this.observer.observe(end);
  }

  /** @param {any[]} items in place of those before; as many are drawn as were */
  show(items) {
    const before = this.#drawn;
    this.#items = items;
    this.#drawn = 0;
    this.parent.replaceChildren();
    do this.#more(); while (this.#drawn < Math.min(before, items.length));
  }

  #more() {
    const batch = this.#items.slice(this.#drawn, this.#drawn + BATCH);
    this.parent.append(...batch.map(this.draw));
    this.#drawn += batch.length;
    this.end.hidden = this.#drawn >= this.#items.length;
    // The observer tells only of changes: an end that stays in view would be told once.
    this.observer.unobserve(this.end);
    this.observer.observe(this.end);
  }
}
