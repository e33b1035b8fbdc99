// The lowest part of a window: Send and its problems, attaching, discarding and the question before it.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';

export class WindowFooter {
  /** @param {{send: (again?: boolean) => void, attach: () => void, attachOwn: () => void, asLinks: () => void, discard: () => void, discardAnyway: () => void}} actions */
  constructor({ send, attach, attachOwn, asLinks, discard, discardAnyway }) {
    this.sendLabel = element('span', {}, 'Send');
    this.sendButton = button('button-primary', () => send(), icon('send', 16), this.sendLabel);
    this.sendButton.title = 'Ctrl+Enter';
    this.attachButton = button('button-quiet', attach, icon('attach', 16), element('span', { class: 'window-footer-text' }, 'Attach files'));
    this.attachButton.title = 'Attach files from this device';
    this.ownButton = button('button-quiet', attachOwn, icon('folder', 16), element('span', { class: 'window-footer-text' }, 'From my files'));
    this.ownButton.title = 'Attach files that are stored here';
    this.discardButton = button('button-quiet', discard, icon('trash', 16), element('span', { class: 'window-footer-text' }, 'Discard'));
    this.discardButton.title = 'Discard';
    this.actions = element('footer', { class: 'window-footer' },
      this.sendButton, this.attachButton, this.ownButton, element('span', { class: 'spacer' }), this.discardButton);

    this.keepButton = button('', () => this.stopAsking(), 'Keep editing');
    this.question = element('footer', { class: 'window-footer', role: 'group', 'aria-label': 'Discard this message?', hidden: true },
      element('p', {}, 'Discard this message?'), this.keepButton, button('button-danger', discardAnyway, 'Yes, discard'));

    this.problemText = element('p');
    this.againButton = button('button-small', () => send(true), 'Send anyway');
    this.linksButton = button('button-small', asLinks, 'Send as links instead');
    this.problem = element('div', { class: 'window-problem', role: 'alert' }, this.problemText, this.againButton, this.linksButton);
    this.clearProblem();
    this.nodes = [this.problem, this.actions, this.question];
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

  /** @param {{message: string, detail?: string, again?: boolean, tooLarge?: boolean}} problem */
  showProblem({ message, detail, again = false, tooLarge = false }) {
    this.problemText.replaceChildren(message, detail ? element('small', {}, detail) : '');
    this.againButton.hidden = !again;
    this.linksButton.hidden = !tooLarge;
  }

  clearProblem() {
    this.problemText.replaceChildren();
    this.againButton.hidden = true;
    this.linksButton.hidden = true;
  }

  /** @param {{sending: boolean, uploading: boolean}} state */
  reflect({ sending, uploading }) {
    this.sendButton.disabled = sending || uploading;
    this.attachButton.disabled = sending;
    this.ownButton.disabled = sending;
    this.discardButton.disabled = sending;
    this.sendLabel.textContent = sending ? 'Sending…' : 'Send';
    this.sendButton.title = uploading ? 'Waits for the uploads' : 'Ctrl+Enter';
  }

  #ask(asking) {
    this.question.hidden = !asking;
    this.actions.hidden = asking;
  }
}

function button(kind, act, ...content) {
  return element('button', { type: 'button', class: `button ${kind}`, onclick: act }, ...content);
}
