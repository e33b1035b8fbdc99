// Shows two lines of chips of a field that nobody is in, and how many more there are. What a program has filled in is never folded.

import { t } from '../../page/language.js';

const LINES = 2;

/** Whether a button of the mouse, or a finger, is down. */
let pressed = false;
/** @type {(() => void)[]} */
const waiting = [];
for (const [kind, down] of /** @type {const} */ ([['pointerdown', true], ['pointerup', false], ['pointercancel', false]])) {
  addEventListener(kind, () => {
    pressed = down;
    // The click comes before any timer.
    if (!down && waiting.length) setTimeout(() => waiting.splice(0).forEach((act) => act()));
  }, { capture: true, passive: true });
}

export class Fold {
  #folded = false;
  #width = 0;

  /** @param {import('./recipient-field.js').RecipientField} field */
  constructor(field) {
    this.field = field;
    this.#folded = !field.whole;
    // Also when a window is shown for the first time, or again.
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width === this.#width) return;
      this.#width = contentRect.width;
      this.fit();
    }).observe(field.box);
  }

  open() {
    this.#folded = false;
    this.fit();
  }

  /** What is just being clicked does not move away from below the pointer. */
  close() {
    if (pressed) {
      waiting.push(() => this.field.box.contains(document.activeElement) || this.close());
      return;
    }
    this.#folded = !this.field.whole;
    this.fit();
  }

  fit() {
    const { list: { chips }, more, input, box } = this.field;
    chips.forEach(({ node }) => { if (node.hidden) node.hidden = false; });
    more.hidden = true;
    box.toggleAttribute('data-folded', false);
    if (!this.#folded || !chips.length || !box.offsetParent) return;
    const first = chips[0].node;
    const end = first.offsetTop + LINES * first.offsetHeight;
    let shown = chips.findIndex(({ node }) => node.offsetTop >= end);
    if (shown < 0) return;
    box.toggleAttribute('data-folded', true);
    chips.slice(shown).forEach(({ node }) => { node.hidden = true; });
    more.hidden = false;
    for (;;) {
      const count = chips.length - shown;
      more.textContent = `+${count}`;
      more.setAttribute('aria-label', t('recipients.more', { count }));
      if (input.offsetTop < end || shown <= 1) return;
      shown -= 1;
      chips[shown].node.hidden = true;
    }
  }
}
