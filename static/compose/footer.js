// The lowest part of a window: Send and its problems, attaching, discarding and the question before it.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { ProblemNote } from './sending/problem-note.js';

export class WindowFooter {
  /**
   * @param {{send: () => void, attach: () => void, attachOwn: () => void, discard: () => void, discardAnyway: () => void,
   *   act: (action: import('./sending/problems.js').Action, problem: import('./sending/problems.js').Problem) => void}} actions `act`: what helps with a problem
   */
  constructor({ send, attach, attachOwn, discard, discardAnyway, act }) {
    this.sendLabel = element('span', {}, t('footer.send'));
    this.sendButton = button('button-primary', () => send(), icon('send', 16), this.sendLabel);
    this.sendButton.title = 'Ctrl+Enter';
    this.attachButton = button('button-quiet', attach, icon('attach', 16), element('span', { class: 'window-footer-text' }, t('footer.attach')));
    this.attachButton.title = t('footer.attachHint');
    this.ownButton = button('button-quiet', attachOwn, icon('folder', 16), element('span', { class: 'window-footer-text' }, t('footer.ownFiles')));
    this.ownButton.title = t('footer.ownFilesHint');
    this.discardButton = button('button-quiet', discard, icon('trash', 16), element('span', { class: 'window-footer-text' }, t('footer.discard')));
    this.discardButton.title = t('footer.discard');
    this.actions = element('footer', { class: 'window-footer' },
      this.sendButton, this.attachButton, this.ownButton, element('span', { class: 'spacer' }), this.discardButton);

    this.keepButton = button('', () => this.stopAsking(), t('footer.keep'));
    this.question = element('footer', { class: 'window-footer', role: 'group', 'aria-label': t('footer.discardQuestion'), hidden: true },
      element('p', {}, t('footer.discardQuestion')), this.keepButton, button('button-danger', discardAnyway, t('footer.discardAnyway')));

    this.problem = new ProblemNote(act);
    this.nodes = [this.problem.node, this.actions, this.question];
  }

  get asking() {
    return !this.question.hidden;
  }

  askToDiscard() {
    this.#ask(true);
    this.keepButton.focus();
  }

  stopAsking() {
    this.#ask(false);
    this.discardButton.focus();
  }

  focusSend() {
    this.sendButton.focus();
  }

  /** @param {{sending: boolean, uploading: boolean}} state */
  reflect({ sending, uploading }) {
    this.sendButton.disabled = sending || uploading;
    this.attachButton.disabled = sending;
    this.ownButton.disabled = sending;
    this.discardButton.disabled = sending;
    this.sendLabel.textContent = sending ? t('footer.sending') : t('footer.send');
    this.sendButton.title = uploading ? t('footer.uploading') : 'Ctrl+Enter';
  }

  /** @param {boolean} asking */
  #ask(asking) {
    this.question.hidden = !asking;
    this.actions.hidden = asking;
  }
}

/** @param {string} kind @param {() => void} act @param {...(Node | string)} content */
function button(kind, act, ...content) {
  return element('button', { type: 'button', class: `button ${kind}`, onclick: act }, ...content);
}
