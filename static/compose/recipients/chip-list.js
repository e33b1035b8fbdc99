// The chips of one field: which there are, which are selected, and how the keyboard and the mouse get at them.

import { element } from '../../page/dom.js';

export class ChipList {
  /** @type {import('./chip.js').Chip[]} */
  chips = [];
  /** Where a selection with Shift begins. @type {import('./chip.js').Chip | null} */
  #anchor = null;

  /** @param {string} label */
  constructor(label) {
    // Without chips it would be a grid without rows.
    this.node = element('div', { class: 'chips', role: 'grid', 'aria-multiselectable': 'true', 'aria-label': label, hidden: true });
  }

  get selected() {
    return this.chips.filter((chip) => chip.selected);
  }

  /** The one that has the focus. */
  get current() {
    return this.chips.find((chip) => chip.node.contains(document.activeElement)) ?? null;
  }

  /** @param {EventTarget | null} target */
  at(target) {
    return this.chips.find((chip) => chip.node.contains(/** @type {Node} */ (target))) ?? null;
  }

  /** @param {import('./chip.js').Chip[]} chips @param {number} [at] behind the others if absent */
  insert(chips, at = this.chips.length) {
    const before = this.chips[at]?.node ?? null;
    const nodes = document.createDocumentFragment();
    nodes.append(...chips.map(({ node }) => node));
    this.node.insertBefore(nodes, before);
    this.chips.splice(at, 0, ...chips);
    this.node.hidden = !this.chips.length;
  }

  /** @param {import('./chip.js').Chip[]} chips */
  remove(chips) {
    const gone = new Set(chips);
    this.chips = this.chips.filter((chip) => !gone.has(chip));
    chips.forEach(({ node }) => node.remove());
    if (this.#anchor && gone.has(this.#anchor)) this.#anchor = null;
    this.node.hidden = !this.chips.length;
  }

  /** @param {import('./chip.js').Chip[]} chips these and no others */
  select(chips) {
    const wanted = new Set(chips);
    for (const chip of this.chips) if (chip.selected !== wanted.has(chip)) chip.selected = wanted.has(chip);
  }

  /**
   * Moves the focus to a chip.
   * @param {import('./chip.js').Chip} chip @param {{extend?: boolean, toggle?: boolean}} [how] `extend`: selects all from where the selection began; `toggle`: leaves the others as they are
   */
  go(chip, { extend = false, toggle = false } = {}) {
    if (extend) {
      const [from, to] = [this.chips.indexOf(this.#anchor ?? chip), this.chips.indexOf(chip)].sort((one, other) => one - other);
      this.#anchor ??= chip;
      this.select(this.chips.slice(from, to + 1));
    } else {
      this.#anchor = chip;
      if (toggle) chip.selected = !chip.selected;
      else this.select([chip]);
    }
    chip.focus();
  }

  /** @param {number} step @returns {import('./chip.js').Chip | undefined} the one so many further than the one with the focus */
  beside(step) {
    const { current } = this;
    return current ? this.chips[this.chips.indexOf(current) + step] : undefined;
  }
}
