// Going from window to window by keyboard: F6 through all that is open.

/** @param {import('./dock.js').Dock} dock */
export function cycleByKeys(dock) {
  addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey || dock.node.hidden || !dock.windows.length) return;
    if (document.querySelector('dialog[open]')) return;
    event.preventDefault();
    cycle(dock, event.shiftKey);
  });
}

/** To the next open window, then to the bars, then to the page, and around. @param {import('./dock.js').Dock} dock @param {boolean} back */
export function cycle(dock, back) {
  const open = dock.windows.filter(({ minimised, sending }) => !minimised && !sending);
  const bars = dock.windows.filter(({ minimised, sending }) => minimised && !sending);
  const stops = [...open, ...bars.slice(0, 1), dock];
  const focused = dock.windows.find((window) => window.focused);
  const now = focused ? stops.indexOf(focused.minimised ? bars[0] : focused) : stops.length - 1;
  stops[(now + (back ? -1 : 1) + stops.length) % stops.length].focus();
}
