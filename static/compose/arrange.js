// The arithmetic of the dock: how many windows fit side by side, how wide they are, and how many lines the bars need.

/** As in compose.css. */
const SMALL = matchMedia('(max-width: 600px), (max-height: 480px)');
const MARGIN = 32;
const GAP = 12;
const WINDOW_LEAST = 440;
const WINDOW_MOST = 560;
const BAR = 216;

/** Without the scroll bar, as the dock itself. */
const pageWidth = () => document.documentElement.clientWidth;

/** @returns {number} of windows that can be open at once */
export function capacity() {
  return SMALL.matches ? 1 : Math.max(1, fitting(WINDOW_LEAST));
}

/** @param {HTMLElement} dock @param {number} bars minimised windows @param {number} open windows that are not */
export function arrange(dock, bars, open) {
  const style = document.documentElement.style;
  const space = pageWidth() - MARGIN - (open - 1) * GAP;
  const besideBars = Math.floor((space - bars * (BAR + GAP)) / Math.max(1, open));
  const beside = besideBars >= WINDOW_LEAST || !open;
  const width = beside ? besideBars : Math.floor(space / open);
  const perLine = SMALL.matches ? 2 : Math.max(1, fitting(BAR));
  style.setProperty('--window-width', `${Math.min(WINDOW_MOST, Math.max(Math.min(WINDOW_LEAST, pageWidth() - MARGIN), width))}px`);
  style.setProperty('--bar-width', `${BAR}px`);
  style.setProperty('--bar-lines', String(beside && open ? 0 : Math.ceil(bars / perLine)));
  dock.toggleAttribute('data-stacked', !beside && !SMALL.matches);
}

function fitting(width) {
  return Math.floor((pageWidth() - MARGIN + GAP) / (width + GAP));
}
