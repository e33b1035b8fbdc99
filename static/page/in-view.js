// Whether a person can have something on this page in view, and whether the focus may be taken. In a frame of another
// page both depend on that page, too.

/** The page is within a page of another origin (`GET /embed`). */
export const embedded = document.documentElement.dataset.embedded === 'true';

/** Nothing is in view before the page around has said so. */
let concealed = embedded;
let hostFocused = false;

/** Told of by the event `viewchange`, as by `visibilitychange`. */
export function inView() {
  return document.visibilityState === 'visible' && !concealed;
}

/** The person is at this page, or at the one that it is a part of. */
export function hasFocus() {
  return document.hasFocus() || hostFocused;
}

/** Whether moving the focus within this page takes it from nobody else. */
export function mayFocus() {
  return !embedded || document.hasFocus();
}

/** @param {boolean} now */
export function conceal(now) {
  if (now === concealed) return;
  concealed = now;
  dispatchEvent(new Event('viewchange'));
}

/** @param {boolean} now */
export function hostFocus(now) {
  if (now === hostFocused) return;
  hostFocused = now;
  // As when this page itself gains or loses it.
  dispatchEvent(new Event('viewchange'));
}
