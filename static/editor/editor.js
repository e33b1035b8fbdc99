// The script of the sandboxed frame that shows and edits an HTML message. It talks to the page around it by
// postMessage only. The server has sanitised the HTML, and this frame's policy runs no script but this one: what is
// removed here is the third line, for what a policy does not cover (a refresh, a base address, a form).

(() => {
  'use strict';

  /** Milliseconds from the last key to the report: serialising a large message at every key would be felt. */
  const REPORT_DELAY = 150;
  /** Milliseconds between two signs that the person is at work here. */
  const INTERACTION_INTERVAL = 1000;

  const FORBIDDEN = 'script, iframe, frame, frameset, object, embed, applet, base, meta, link, noscript, template, title, portal';
  const UNSAFE_URL = /^[\s\u0000-\u001f]*(javascript|vbscript|data\s*:\s*text)/i;

  // Taken now: a message may hold elements whose names hide properties of the document.
  const message = document.getElementById('message');
  const parentWindow = window.parent;
  const insertText = document.execCommand.bind(document, 'insertText', false);
  let reportTimer = 0;
  let lastInteraction = 0;

  /** What `cleaned` makes of it is checked there; nothing else here turns text into markup. */
  const trusted = window.trustedTypes?.createPolicy('editor', { createHTML: (html) => html });

  const post = (data) => parentWindow.postMessage(data, '*');

  function cleaned(html) {
    const source = new DOMParser().parseFromString(/** @type {any} */ (trusted?.createHTML(html) ?? html), 'text/html');
    const fragment = new DocumentFragment();
    fragment.append(...source.head.querySelectorAll('style'), ...source.body.childNodes);
    fragment.querySelectorAll(FORBIDDEN).forEach((node) => node.remove());
    fragment.querySelectorAll('form').forEach((form) => form.replaceWith(...form.childNodes));
    for (const node of fragment.querySelectorAll('*')) {
      for (const { name, value } of [...node.attributes]) {
        if (/^on/i.test(name) || /^(srcdoc|contenteditable|autofocus|tabindex)$/i.test(name) || UNSAFE_URL.test(value)) node.removeAttribute(name);
      }
    }
    return fragment;
  }

  function report() {
    clearTimeout(reportTimer);
    reportTimer = 0;
    post({ type: 'changed', html: message.innerHTML });
  }

  window.addEventListener('message', (event) => {
    if (event.source !== parentWindow) return;
    if (event.data.type === 'show') {
      message.replaceChildren(cleaned(event.data.html));
      post({ type: 'shown' });
    } else if (event.data.type === 'read') {
      clearTimeout(reportTimer);
      reportTimer = 0;
      post({ type: 'content', html: message.innerHTML });
    }
  });

  message.addEventListener('input', () => {
    clearTimeout(reportTimer);
    reportTimer = setTimeout(report, REPORT_DELAY);
  });
  window.addEventListener('blur', () => reportTimer && report());

  for (const kind of ['pointerdown', 'keydown', 'wheel']) {
    window.addEventListener(kind, () => {
      if (Date.now() - lastInteraction < INTERACTION_INTERVAL) return;
      lastInteraction = Date.now();
      post({ type: 'interaction' });
    }, { capture: true, passive: true });
  }

  window.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') post({ type: 'escape' });
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      post({ type: 'send' });
    }
  });

  // A link never leads out of the frame; with Ctrl or Cmd the page may open it in a new tab.
  for (const kind of ['click', 'auxclick']) {
    window.addEventListener(kind, (/** @type {any} */ event) => {
      const link = /** @type {any} */ (event.target).closest?.('a[href], area[href]');
      if (!link) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) post({ type: 'open', href: String(link.href) });
    }, true);
  }

  // As plain text: foreign HTML would bring pictures that this frame does not load but the mail would carry.
  message.addEventListener('paste', (event) => {
    event.preventDefault();
    insertText(event.clipboardData.getData('text/plain'));
  });
  window.addEventListener('dragover', (event) => event.preventDefault());
  window.addEventListener('drop', (event) => event.preventDefault());
  window.addEventListener('submit', (event) => event.preventDefault(), true);

  post({ type: 'ready' });
})();
