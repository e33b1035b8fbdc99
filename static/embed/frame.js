// This page in a frame of another one: tells the page around which parts of the frame are to be seen, and hears whether
// they are. The frame is as large as the window of that page; whatever is not named here is neither painted nor hit.

import { byId, element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { conceal, hostFocus } from '../page/in-view.js';
import { t } from '../page/language.js';

/** What can lie over the page around, wherever it is. */
const PARTS = '.window, .toast, .update-notice, .sign-in-form, .embed-pill, .connection, [popover], [role="listbox"]';
/** In front of everything. */
const WHOLE = 'dialog[open]';
/** The person wants no pill until the tab is closed. */
const DISMISSED = 'quillgate.pill';

export class EmbeddedFrame {
  #hosts = [...(document.documentElement.dataset.hosts ?? '').split(' '), location.origin];
  /** The origin of the page around, once it has spoken. */
  #host = '';
  #said = '';
  /** Counts what was said, to know what an answer is to. */
  #number = 0;
  #timer = 0;

  async start() {
    await style();
    this.#signInPill();
    // The header that holds it is not shown.
    document.body.append(byId('connection'));
    addEventListener('message', (event) => this.#receive(event));
    const observer = new MutationObserver(() => this.#soon());
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class', 'hidden', 'style', 'open', 'data-minimised', 'data-state'] });
    for (const kind of ['resize', 'animationend', 'transitionend', 'toggle', 'input']) addEventListener(kind, () => this.#soon(), true);
    // Holds nothing: whoever is around may hear it.
    parent.postMessage({ quillgate: 'here' }, '*');
  }

  /** @param {MessageEvent} event */
  #receive({ source, origin, data }) {
    if (source !== parent || !this.#hosts.includes(origin) || data?.quillgate !== 'host') return;
    const first = !this.#host;
    this.#host = origin;
    hostFocus(data.focused === true);
    if (first) this.#tell();
    else if (data.number === this.#number) conceal(data.shown !== true);
  }

  #soon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#tell();
    });
  }

  #tell() {
    if (!this.#host) return;
    const places = document.querySelector(WHOLE) ? [{ left: 0, top: 0, right: innerWidth, bottom: innerHeight }] : [...document.querySelectorAll(PARTS)].map(placeOf).filter(Boolean);
    const said = JSON.stringify(places);
    if (said === this.#said) return;
    this.#said = said;
    this.#number += 1;
    // What is new is in view as soon as the page around says so.
    conceal(true);
    parent.postMessage({ quillgate: 'places', places, number: this.#number }, this.#host);
  }

  /** Nobody asked for a form in the middle of another page: a button opens it. */
  #signInPill() {
    const form = byId('sign-in-form');
    const open = element('button', { type: 'button', class: 'button embed-sign-in' }, icon('mail', 16), t('embed.signIn'));
    const away = element('button', { type: 'button', class: 'button button-quiet button-icon', 'aria-label': t('embed.dismiss') }, icon('close', 16));
    const pill = element('div', { class: 'embed-pill' }, open, away);
    const fold = element('button', { type: 'button', class: 'button button-quiet button-icon embed-fold', 'aria-label': t('page.close') }, icon('close', 16));
    const tab = element('a', { href: document.baseURI, target: '_blank', rel: 'noopener' }, t('embed.openTab'));
    form.prepend(fold);
    form.append(element('p', { class: 'embed-tab' }, tab));
    byId('sign-in').append(pill);
    const unfold = (/** @type {boolean} */ now) => {
      form.hidden = !now;
      pill.hidden = now || sessionStorage.getItem(DISMISSED) !== null;
    };
    open.addEventListener('click', () => {
      unfold(true);
      form.login.focus();
    });
    fold.addEventListener('click', () => {
      unfold(false);
      open.focus();
    });
    away.addEventListener('click', () => {
      sessionStorage.setItem(DISMISSED, '1');
      unfold(false);
    });
    unfold(false);
  }
}

/** @param {Element} node */
function placeOf(node) {
  if (!node.checkVisibility({ visibilityProperty: true })) return null;
  const box = node.getBoundingClientRect();
  const place = { left: Math.max(0, Math.floor(box.left)), top: Math.max(0, Math.floor(box.top)), right: Math.min(innerWidth, Math.ceil(box.right)), bottom: Math.min(innerHeight, Math.ceil(box.bottom)) };
  return place.right > place.left && place.bottom > place.top ? place : null;
}

/** Settled when the sheet holds, or will never. */
function style() {
  return new Promise((resolve) => {
    document.head.append(element('link', { rel: 'stylesheet', href: new URL('../style/embed.css', import.meta.url).href, onload: resolve, onerror: resolve }));
  });
}
