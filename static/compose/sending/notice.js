// The notice of one message on its way: it can be undone for some seconds, then it shows how far it is. It never takes the focus.

import { announce } from '../../page/announce.js';
import { humanSize } from '../../page/bytes.js';
import { byId, element } from '../../page/dom.js';
import { icon } from '../../page/icons.js';
import { t } from '../../page/language.js';
import { shownName } from '../../page/names.js';

/** Those on the page, the newest last. @type {SendNotice[]} */
const shown = [];

export class SendNotice {
  #timer = 0;
  #end = 0;

  /** @param {{subject: string, undo: () => void, now: () => void}} options */
  constructor({ subject, undo, now }) {
    this.subject = shownName(subject.trim()) || t('window.untitled');
    this.undo = undo;
    this.text = element('span', { class: 'send-text' });
    this.count = element('span', { class: 'send-count', 'aria-hidden': 'true' });
    this.undoButton = element('button', { type: 'button', class: 'button button-small send-undo', title: 'Alt+Z', 'aria-keyshortcuts': 'Alt+Z', hidden: true, onclick: undo }, t('sending.undo'), ' ', this.count);
    this.nowButton = element('button', { type: 'button', class: 'button button-small', hidden: true, onclick: now }, t('sending.now'));
    this.bar = element('progress', { max: 1, value: 0, hidden: true, 'aria-label': t('sending.progress') });
    // What counts down is not to be read out second by second.
    this.node = element('div', { class: 'toast toast-send', role: 'group', 'aria-live': 'off', 'aria-label': t('sending.one', { subject: this.subject }) },
      icon('send', 18),
      element('div', { class: 'send-body' },
        element('p', {}, this.text, ' ', element('bdi', { class: 'send-subject' }, this.subject)),
        this.bar,
        element('div', { class: 'send-actions' }, this.undoButton, this.nowButton)));
    this.#say(t('sending.going'));
    byId('toasts').prepend(this.node);
    shown.push(this);
  }

  /** It can be undone. @param {number} milliseconds @param {() => void} over */
  held(milliseconds, over = () => {}) {
    if (this.undoButton.hidden) announce(t('sending.announced', { subject: this.subject, seconds: Math.ceil(milliseconds / 1000) }));
    this.#say(t('sending.going'));
    this.#offer(true);
    this.#end = Date.now() + milliseconds;
    this.#tick(over);
  }

  /** The request is on its way to the server. @param {number} share from 0 to 1 */
  uploading(share) {
    this.#say(t('sending.uploading'));
    this.undoButton.hidden = false;
    this.#progress(share, '');
  }

  /** It cannot be undone any more. @param {{bytesSent: number, bytes: number | null}} [known] */
  sending({ bytesSent, bytes } = { bytesSent: 0, bytes: null }) {
    this.#stop();
    this.#say(t('sending.going'));
    this.#offer(false);
    if (bytes) this.#progress(bytesSent / bytes, t('sending.far', { sent: humanSize(bytesSent), size: humanSize(bytes), percent: Math.floor((bytesSent / bytes) * 100) }));
    else this.bar.hidden = true;
  }

  /** @param {string} text instead of what it says */
  says(text) {
    this.#say(text);
  }

  close() {
    this.#stop();
    shown.splice(shown.indexOf(this), 1);
    this.node.remove();
  }

  get undoable() {
    return !this.undoButton.hidden;
  }

  /** @param {string} text */
  #say(text) {
    if (this.text.textContent !== text) this.text.textContent = text;
  }

  /** @param {boolean} undoable */
  #offer(undoable) {
    const had = this.node.contains(document.activeElement);
    this.undoButton.hidden = !undoable;
    this.nowButton.hidden = !undoable;
    if (undoable) this.bar.hidden = true;
    // A button that is gone must not take the focus along.
    else if (had) byId('dock').focus({ preventScroll: true });
  }

  /** @param {number} share from 0 to 1 @param {string} text */
  #progress(share, text) {
    this.bar.hidden = false;
    this.bar.value = share;
    if (text) this.#say(text);
  }

  /** @param {() => void} over */
  #tick(over) {
    clearTimeout(this.#timer);
    const left = this.#end - Date.now();
    const seconds = Math.max(0, Math.ceil(left / 1000));
    this.count.textContent = t('sending.left', { seconds });
    if (left <= 0) over();
    else this.#timer = setTimeout(() => this.#tick(over), Math.min(left, left - (seconds - 1) * 1000));
  }

  #stop() {
    clearTimeout(this.#timer);
  }
}

// Alt+Z undoes what was sent last, wherever the focus is.
document.addEventListener('keydown', (event) => {
  if (event.code !== 'KeyZ' || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const last = shown.findLast(({ undoable }) => undoable);
  if (!last) return;
  event.preventDefault();
  last.undo();
});
