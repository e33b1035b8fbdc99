// Moving a window, or changing its size, with the arrow keys.

import { announce } from '../page/announce.js';
import { element } from '../page/dom.js';
import { t } from '../page/language.js';

/** @typedef {import('./placement.js').Place} Place */

/** CSS pixels for each press of a key; with Shift the first. */
const STEPS = [4, 32];

/** @param {import('./window.js').ComposeWindow} window @param {'move' | 'resize'} kind */
export function moveByKeys(window, kind) {
  const { bar, draft, placement } = window;
  const before = draft.place;
  let over = false;
  const end = (/** @type {Place | null} */ place) => {
    if (over) return;
    over = true;
    placement.put(place);
    placement.settle();
    const focused = document.activeElement === mover;
    mover.remove();
    if (focused) bar.more.focus();
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const by = STEPS[Number(!event.shiftKey)];
    /** @type {Record<string, [number, number]>} */
    const ways = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
    const [x, y] = ways[event.key] ?? [0, 0];
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Enter' || event.key === ' ') end(draft.place);
    else if (event.key === 'Escape') end(before);
    else if (x || y) step(x, y);
  };
  const step = (/** @type {number} */ x, /** @type {number} */ y) => {
    const { current } = placement;
    placement.put(kind === 'move' ? { ...current, x: current.x + x, y: current.y + y } : { ...current, width: current.width + x, height: current.height + y });
    announce(t(kind === 'move' ? 'window.movedTo' : 'window.resizedTo', rounded(placement.current)));
  };
  const mover = element('button', { type: 'button', class: 'window-mover', onkeydown: press, onblur: () => end(draft.place), onclick: (event) => event.stopPropagation() },
    t(kind === 'move' ? 'window.moveKeys' : 'window.resizeKeys'));
  bar.node.append(mover);
  mover.focus({ preventScroll: true });
}

/** @param {Place} place */
function rounded(place) {
  return Object.fromEntries(Object.entries(place).map(([key, value]) => [key, Math.round(value)]));
}
