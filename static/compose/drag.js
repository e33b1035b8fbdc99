// Dragging by mouse, pen or finger. The pointer is captured, so that a frame that it crosses does not swallow it.

/** CSS pixels from which on a press is a drag. */
const THRESHOLD = 4;

/**
 * @template T
 * @param {HTMLElement} handle
 * @param {object} drag
 * @param {(event: PointerEvent) => boolean} drag.may
 * @param {() => T} drag.start what it is at its beginning
 * @param {(from: T, x: number, y: number) => void} drag.move by so many CSS pixels
 * @param {() => void} drag.end
 * @param {() => void} drag.cancel Escape was pressed, or the browser needs the pointer for something else
 */
export function onDrag(handle, { may, start, move, end, cancel }) {
  handle.addEventListener('pointerdown', (down) => {
    if (down.button !== 0 || !may(down)) return;
    handle.setPointerCapture(down.pointerId);
    const listening = new AbortController();
    const { signal } = listening;
    /** @type {{from: T} | null} null: it is still a press */
    let drag = null;
    const stop = (/** @type {() => void} */ then) => {
      listening.abort();
      if (drag) then();
    };
    handle.addEventListener('pointermove', (event) => {
      const [x, y] = [event.clientX - down.clientX, event.clientY - down.clientY];
      if (!drag) {
        if (Math.hypot(x, y) < THRESHOLD) return;
        drag = { from: start() };
      }
      move(drag.from, x, y);
    }, { signal });
    addEventListener('pointerup', () => stop(end), { signal });
    addEventListener('pointercancel', () => stop(cancel), { signal });
    addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape' || !drag) return;
      event.preventDefault();
      event.stopPropagation();
      stop(cancel);
    }, { signal, capture: true });
  });
}
