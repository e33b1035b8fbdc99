// The line of bars: minimised windows, which scroll where they are too many.

/** CSS pixels of the next bar that show that there is one. */
const PEEK = 32;

/** @param {import('./dock.js').Dock} dock */
export function leadBars(dock) {
  dock.node.addEventListener('keydown', (event) => alongBars(dock, event));
  // Most mice turn one way only.
  dock.node.addEventListener('wheel', ({ target, deltaX, deltaY }) => {
    if (!deltaX && /** @type {Element} */ (target).closest('.window[data-minimised]')) dock.node.scrollLeft += deltaY;
  }, { passive: true });
}

/** Scrolls the bars, and nothing else. @param {HTMLElement} line @param {HTMLElement} bar */
export function bringIntoView(line, bar) {
  const [inner, outer] = [bar.getBoundingClientRect(), line.getBoundingClientRect()];
  if (inner.left < outer.left) line.scrollLeft += inner.left - outer.left - PEEK;
  else if (inner.right > outer.right) line.scrollLeft += inner.right - outer.right + PEEK;
}

/** From bar to bar with the arrows. @param {import('./dock.js').Dock} dock @param {KeyboardEvent} event */
function alongBars(dock, event) {
  const bars = dock.windows.filter(({ minimised, sending }) => minimised && !sending);
  const now = bars.findIndex(({ bar }) => bar.toggle === event.target);
  if (now === -1) return;
  const forward = getComputedStyle(dock.node).direction === 'rtl' ? -1 : 1;
  /** @type {Record<string, number>} */
  const places = { ArrowRight: now + forward, ArrowLeft: now - forward, Home: 0, End: bars.length - 1 };
  const next = places[event.key];
  if (next === undefined) return;
  event.preventDefault();
  bars[(next + bars.length) % bars.length].focus();
}
