// For pages of others: `<script src="https://gateway/embed.js" async></script>` keeps whoever uses the page online, and
// opens their compose windows in it. A frame over the page holds them; it takes the place of its windows and no more.

(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  if (!script || window.quillgate) return;
  window.quillgate = true;

  const address = new URL('embed', script.src);
  /** Milliseconds that the frame may take to speak for the first time. */
  const PATIENCE = 15_000;

  const frame = document.createElement('iframe');
  frame.title = script.dataset.title ?? 'quillgate';
  frame.allow = 'clipboard-write';
  // Through CSSOM, which no policy for styles forbids. In the colour scheme of its own document it is transparent.
  Object.assign(frame.style, {
    position: 'fixed', inset: '0', width: '100%', height: '100%', margin: '0', padding: '0', border: '0', maxWidth: 'none', maxHeight: 'none',
    background: 'transparent', colorScheme: 'light dark', zIndex: '2147483000',
  });
  conceal();
  frame.src = address.href;

  let known = false;
  let shown = '';
  /** Of the places that are shown, as the frame counts them. */
  let number = 0;
  /** What of this page had the focus last. @type {HTMLElement | null} */
  let last = null;

  function conceal() {
    // Not painted, hit by nothing, in no order of focus; and still of the size that its windows will have.
    Object.assign(frame.style, { clipPath: 'none', visibility: 'hidden', pointerEvents: 'none' });
    frame.inert = true;
  }

  /** @param {{left: number, top: number, right: number, bottom: number}[]} places in the frame, which is as large as the window */
  function show(places) {
    const path = places.map(({ left, top, right, bottom }) => `M${left} ${top}H${right}V${bottom}H${left}Z`).join('');
    if (path) {
      frame.inert = false;
      Object.assign(frame.style, { clipPath: `path("${path}")`, visibility: 'visible', pointerEvents: 'auto' });
    } else {
      const focused = document.activeElement === frame;
      conceal();
      if (focused) {
        frame.blur();
        last?.focus({ preventScroll: true });
      }
    }
    shown = path;
  }

  function tell() {
    frame.contentWindow?.postMessage({ quillgate: 'host', focused: document.hasFocus(), shown: Boolean(shown), number }, address.origin);
  }

  addEventListener('message', ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin || !data?.quillgate) return;
    known = true;
    if (data.quillgate === 'places' && Array.isArray(data.places)) {
      show(data.places.filter(isPlace));
      number = data.number;
    }
    tell();
  });
  for (const kind of ['focus', 'blur']) addEventListener(kind, () => known && tell());
  addEventListener('focusin', ({ target }) => { if (target !== frame) last = /** @type {HTMLElement} */ (target); });

  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
    if (known || !blockedURI.startsWith(address.origin)) return;
    console.warn(`quillgate: the policy of this page forbids its frame: add ${address.origin} to ${effectiveDirective} of its Content-Security-Policy.`);
  });
  setTimeout(() => {
    if (known) return;
    console.warn(`quillgate: ${address.href} does not answer here. Its server must list ${location.origin} in server.allowed_origins, and the policy of this page must allow ${address.origin} in frame-src.`);
  }, PATIENCE);

  /** @param {any} place */
  function isPlace(place) {
    return ['left', 'top', 'right', 'bottom'].every((side) => Number.isFinite(place?.[side]));
  }

  const add = () => document.body.append(frame);
  if (document.body) add();
  else document.addEventListener('DOMContentLoaded', add);
})();
