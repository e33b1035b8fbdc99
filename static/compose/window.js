// One compose window: the dialog around the fields, the message and the attachments.

import { element } from '../page/dom.js';
import { acceptFiles } from '../page/file-drop.js';
import { icon } from '../page/icons.js';
import { Attachments } from './attachments.js';
import { chooseFiles } from './choose-files.js';
import { openerOf } from './draft.js';
import { factsOf } from './facts.js';
import { Fields } from './fields.js';
import { WindowFooter } from './footer.js';
import { HtmlBody } from './html-body.js';
import { send } from './send.js';
import { Sharing } from './sharing.js';
import { TextBody } from './text-body.js';

/**
 * @typedef {object} WindowHost what the dock does for its windows
 * @property {(window: ComposeWindow) => void} changed the draft is to be stored
 * @property {(window: ComposeWindow, focus: boolean) => void} restored the window needs its place, and the focus
 * @property {(window: ComposeWindow) => void} minimised
 * @property {(window: ComposeWindow) => void} discarded
 * @property {(window: ComposeWindow, answer: {message: string, warning?: string}) => void} sent
 * @property {(window: ComposeWindow) => void} closed
 */

export class ComposeWindow {
  #sending = false;

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {{identities: {id: number, name: string}[], login: string, host: WindowHost}} options
   */
  constructor(draft, { identities, login, host }) {
    this.draft = draft;
    this.host = host;
    this.login = login;
    this.fields = new Fields(draft, identities);
    this.attachments = new Attachments(draft, () => {
      this.#forgetProblem();
      this.#touched();
    });
    this.sharing = new Sharing(draft, () => this.#touched());
    this.body = draft.bodyHtml === null ? new TextBody(draft) : new HtmlBody(draft, {
      changed: () => this.#touched(),
      escape: () => this.minimise(),
      send: () => this.send(),
    });
    this.footer = new WindowFooter({
      send: (again) => this.send(again),
      attach: () => this.attachments.choose(),
      attachOwn: () => this.#attachOwn(),
      asLinks: () => {
        this.sharing.asLinks();
        this.#touched();
        this.send();
      },
      discard: () => this.discard(),
      discardAnyway: () => this.#discardNow(),
    });
    this.#build();
    this.#reflect();
  }

  /** Settled once the message is really in view. */
  get shown() {
    return this.body.shown;
  }

  get minimised() {
    return this.draft.minimised;
  }

  get focused() {
    return this.node.contains(document.activeElement);
  }

  get sending() {
    return this.#sending;
  }

  /** What must not be lost by leaving the page. */
  get busy() {
    return this.#sending || this.attachments.uploading;
  }

  minimise() {
    if (this.minimised) return;
    const { focused } = this;
    this.draft.minimised = true;
    this.#reflect();
    if (focused) this.toggle.focus();
    this.host.minimised(this);
  }

  /** @param {{focus?: boolean}} [options] */
  restore({ focus = false } = {}) {
    this.draft.minimised = false;
    this.#reflect();
    this.host.restored(this, focus);
  }

  focus() {
    // A window that a program filled in is first of all read; its name is read out when the dialog is focused.
    if (this.draft.by) this.node.focus();
    else this.fields.focus();
  }

  /** Another session has the compose, or nobody waits for it any more. */
  withdraw() {
    this.draft.withdrawn = true;
    if (this.#sending) return;
    if (!this.draft.touched) return this.close();
    this.#reflect();
    this.host.changed(this);
  }

  markSeen() {
    this.draft.seen = true;
    this.#reflect();
  }

  /** @param {string} text shown above the fields */
  notify(text) {
    this.notice.replaceChildren(icon('warning', 16), text);
    this.notice.hidden = false;
  }

  discard() {
    if (this.#sending) return;
    if (this.draft.touched) this.footer.askToDiscard();
    else this.#discardNow();
  }

  close() {
    this.body.close();
    this.node.remove();
    this.host.closed(this);
  }

  async send(again = false) {
    if (this.#sending || this.attachments.uploading) return;
    if (this.attachments.failed) return this.footer.showProblem({ message: 'An attachment is not uploaded. Retry or remove it.' });
    const hadFocus = this.focused;
    const { problem } = this.sharing;
    if (problem) return this.#fail(problem, hadFocus);
    this.#setSending(true);
    try {
      await this.body.flush();
      const answer = await send(this.draft, { again });
      this.host.sent(this, answer);
      this.close();
    } catch (problem) {
      this.#setSending(false);
      this.#fail(problem, hadFocus);
      if (this.draft.withdrawn) this.withdraw();
    }
  }

  #discardNow() {
    this.attachments.discard();
    this.host.discarded(this);
    this.close();
  }

  #setSending(sending) {
    this.#sending = sending;
    if (sending) {
      this.footer.clearProblem();
      // Before its parts become inert, so that the focus stays in the window.
      if (this.focused) this.node.focus();
    }
    this.form.inert = sending;
    this.#reflect();
  }

  async #attachOwn() {
    const files = await chooseFiles(this.login);
    if (files && !this.#sending) this.attachments.addOwn(files);
  }

  /** What was wrong with the attachments may be right by now. */
  #forgetProblem() {
    this.footer.clearProblem();
    this.sharing.showFault('');
  }

  #fail(problem, hadFocus) {
    this.footer.showProblem(problem);
    for (const [key, control] of Object.entries(this.fields.controls)) control.setAttribute('aria-invalid', String(key === problem.field));
    this.sharing.showFault(problem.field);
    if (!hadFocus) return;
    const field = this.fields.controls[problem.field];
    if (field && !field.closest('.field').hidden) field.focus();
    else if (!this.sharing.node.hidden && problem.field in this.sharing.controls) this.sharing.controls[problem.field].focus();
    else this.footer.focusSend();
  }

  #touched() {
    this.draft.touched = true;
    this.#reflect();
    this.host.changed(this);
  }

  #build() {
    const { draft } = this;
    const titleId = `title-${draft.id}`;
    const openerId = `opener-${draft.id}`;
    this.title = element('h2', { class: 'window-title', id: titleId });
    const opener = draft.by && element('p', { class: 'window-opener', id: openerId, title: openerOf(draft.by) }, 'Opened by ', element('strong', {}, openerOf(draft.by)));
    this.toggle = element('button', { type: 'button', class: 'button button-quiet button-icon window-toggle', 'aria-describedby': titleId });
    const header = element('header', { class: 'window-header', onclick: () => (this.minimised ? this.restore({ focus: true }) : this.minimise()) },
      element('div', { class: 'window-titles' }, this.title, opener), this.toggle);
    this.notice = element('p', { class: 'window-notice', role: 'status', hidden: true });
    this.form = element('div', { class: 'window-form' },
      ...this.fields.nodes, this.body.node, this.attachments.node, this.attachments.picker, this.sharing.node, factsOf(draft));
    this.form.addEventListener('input', () => this.#touched());
    this.sharing.node.addEventListener('input', () => this.#forgetProblem());
    this.node = element('section', {
      class: 'window', role: 'dialog', 'aria-labelledby': titleId, 'aria-describedby': opener && openerId, 'data-compose-id': draft.id, tabindex: -1,
      onkeydown: (event) => this.#key(event),
    }, header, this.notice, this.form, ...this.footer.nodes);
    acceptFiles(this.node, (files) => this.#sending || this.attachments.add(files));
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Escape' && !this.minimised) {
      event.preventDefault();
      if (this.footer.asking) this.footer.stopAsking();
      else this.minimise();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!this.minimised) this.send();
    }
  }

  #reflect() {
    const { draft, node } = this;
    this.title.textContent = draft.subject.trim() || 'New message';
    this.title.title = this.title.textContent;
    node.toggleAttribute('data-minimised', draft.minimised);
    node.toggleAttribute('data-unseen', draft.by !== null && !draft.seen);
    node.setAttribute('aria-busy', String(this.#sending));
    const action = draft.minimised ? 'Restore' : 'Minimise';
    if (this.toggle.getAttribute('aria-label') !== action) {
      this.toggle.setAttribute('aria-label', action);
      this.toggle.title = action;
      this.toggle.replaceChildren(icon(draft.minimised ? 'restore' : 'minimise', 18));
    }
    if (draft.withdrawn && this.notice.hidden) this.notify('This message was taken up in another window, or its request has ended. What you wrote is kept as a draft.');
    this.sharing.reflect();
    this.footer.reflect({ sending: this.#sending, uploading: this.attachments.uploading });
  }
}
