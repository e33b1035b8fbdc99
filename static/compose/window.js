// One compose window: its title bar, and inside of it the fields, the message, the attachments and the footer.

import { element } from '../page/dom.js';
import { acceptFiles } from '../page/file-drop.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { Attachments } from './attachments.js';
import { MessageBody } from './body/message-body.js';
import { caretOf, restoreCaret } from './caret.js';
import { chooseFiles } from './choose-files.js';
import { factsOf } from './facts.js';
import { Fields } from './fields.js';
import { WindowFooter } from './footer.js';
import { Placement } from './placement.js';
import { remedy } from './sending/remedies.js';
import { Sending } from './sending/window-sending.js';
import { Sharing } from './sharing.js';
import { TitleBar } from './title-bar.js';

/**
 * @typedef {object} WindowHost what the dock does for its windows
 * @property {(window: ComposeWindow) => void} changed the draft is to be stored
 * @property {(window: ComposeWindow, focus: boolean) => void} restored the window needs its place, and the focus
 * @property {(window: ComposeWindow) => void} minimised
 * @property {(window: ComposeWindow) => void} placed it has moved, or has become full-screen, or is so no more
 * @property {(window: ComposeWindow) => void} discarded
 * @property {(window: ComposeWindow, hadFocus: boolean) => void} sending it steps aside
 * @property {(window: ComposeWindow, focus: boolean) => void} returned it is back, as its message was not sent
 * @property {(window: ComposeWindow, answer: {message: string, warning?: string}) => void} sent
 * @property {(window: ComposeWindow, hadFocus: boolean) => void} closed
 */

export class ComposeWindow {
  /** What is inside is built when it is first needed: a bar that nobody opens costs nothing. */
  #filled = false;

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {{identities: {id: number, name: string}[], login: string, host: WindowHost}} options
   */
  constructor(draft, { identities, login, host }) {
    this.draft = draft;
    this.host = host;
    this.login = login;
    this.identities = identities;
    this.sender = new Sending(this);
    this.bar = new TitleBar(this);
    this.notice = element('p', { class: 'window-notice', role: 'status', hidden: true });
    this.node = element('section', {
      class: 'window', role: 'dialog', 'aria-labelledby': this.bar.titleId, 'aria-describedby': this.bar.openerId, 'data-compose-id': draft.id, tabindex: -1,
      onkeydown: (event) => this.#key(event),
    }, this.bar.node, this.notice);
    this.placement = new Placement(this);
    if (!draft.minimised) this.fill();
    this.node.hidden = this.sending;
    this.reflect();
  }

  /** Builds what is inside. */
  fill() {
    if (this.#filled) return;
    this.#filled = true;
    const { draft, identities } = this;
    const changed = () => this.touched();
    this.fields = new Fields(draft, identities, { changed });
    this.attachments = new Attachments(draft, () => {
      this.#forgetProblem();
      this.touched();
    });
    this.sharing = new Sharing(draft, changed);
    this.body = new MessageBody(draft, {
      changed,
      escape: () => this.escape(),
      send: () => this.send(),
      attach: (files) => this.attachments.add(files),
    }, identities);
    this.footer = new WindowFooter({
      send: () => this.send(),
      attach: () => this.attachments.choose(),
      attachOwn: () => this.#attachOwn(),
      discard: () => this.discard(),
      discardAnyway: () => this.#discardNow(),
      act: (action, problem) => remedy(this, action, problem),
    });
    this.form = element('div', { class: 'window-form' },
      ...this.fields.nodes, this.body.node, this.attachments.node, this.attachments.picker, this.sharing.node, factsOf(draft));
    this.form.addEventListener('input', changed);
    this.form.addEventListener('change', () => this.body.setIdentity(draft.identity));
    this.sharing.node.addEventListener('input', () => this.#forgetProblem());
    this.node.append(this.form, ...this.footer.nodes);
    acceptFiles(this.node, (files) => this.sending || this.attachments.add(files));
  }

  /** Settled once the message is really in view. */
  get shown() {
    this.fill();
    return this.body.shown;
  }

  get minimised() {
    return this.draft.minimised;
  }

  get focused() {
    return this.node.contains(document.activeElement);
  }

  get sending() {
    return this.sender.running;
  }

  /** What must not be lost by leaving the page. */
  get busy() {
    return this.#filled && (this.sender.busy || this.attachments.uploading);
  }

  minimise() {
    if (this.minimised) return;
    const { focused } = this;
    this.noteCaret();
    this.draft.minimised = true;
    this.reflect();
    if (focused) this.bar.toggle.focus({ preventScroll: true });
    this.host.minimised(this);
  }

  /** @param {{focus?: boolean}} [options] */
  restore({ focus = false } = {}) {
    this.fill();
    this.draft.minimised = false;
    this.reflect();
    this.host.restored(this, focus);
  }

  /** Where the person was; at first, where they would begin. */
  focus() {
    if (this.minimised) this.bar.toggle.focus();
    else if (restoreCaret(this, this.draft.caret)) return;
    // A window that a program filled in is first of all read; its name is read out when the dialog is focused.
    else if (this.draft.by) this.node.focus({ preventScroll: true });
    else this.fields.focus();
  }

  /** Takes down where the cursor is, as long as it is in here. */
  noteCaret() {
    if (!this.#filled || this.minimised || this.sending) return;
    this.draft.caret = caretOf(this) ?? this.draft.caret;
  }

  /** Another session has the compose, or nobody waits for it any more. */
  withdraw() {
    this.draft.withdrawn = true;
    if (this.sending) return;
    if (!this.draft.touched) return this.close();
    this.reflect();
    this.host.changed(this);
  }

  markSeen() {
    this.draft.seen = true;
    this.reflect();
  }

  /** @param {string} text shown above the fields */
  notify(text) {
    this.notice.replaceChildren(icon('warning', 16), text);
    this.notice.hidden = false;
  }

  /** Asks before anything is lost that the person has written. */
  discard() {
    if (this.sending) return;
    if (!this.draft.touched) return this.#discardNow();
    if (this.minimised) this.restore();
    this.footer.askToDiscard();
  }

  close() {
    const { focused } = this;
    this.remove();
    this.host.closed(this, focused);
  }

  /** Takes it off the page, and lets go of all that it holds there. */
  remove() {
    this.sender.leave();
    if (this.#filled) this.body.close();
    this.node.remove();
  }

  /** @param {Parameters<Sending['start']>[0]} [options] */
  send(options) {
    return this.sender.start(options);
  }

  /** Leaves what is in front first: the question, the full screen, the window. */
  escape() {
    if (this.footer.asking) this.footer.stopAsking();
    else if (this.draft.full && this.placement.roomy) this.placement.setFull(false);
    else this.minimise();
  }

  touched() {
    this.draft.touched = true;
    this.reflect();
    this.host.changed(this);
  }

  reflect() {
    const { draft, node, sending } = this;
    node.toggleAttribute('data-minimised', draft.minimised);
    node.toggleAttribute('data-unseen', draft.by !== null && !draft.seen);
    node.setAttribute('aria-busy', String(sending));
    if (draft.withdrawn && this.notice.hidden) this.notify(t('window.withdrawn'));
    this.bar.reflect();
    if (!this.#filled) return;
    this.sharing.reflect();
    this.footer.reflect({ sending, uploading: this.attachments.uploading });
  }

  #discardNow() {
    this.fill();
    this.attachments.discard();
    this.host.discarded(this);
    this.close();
  }

  async #attachOwn() {
    const files = await chooseFiles(this.login);
    if (files && !this.sending) this.attachments.addOwn(files);
  }

  /** What was wrong with the attachments may be right by now. */
  #forgetProblem() {
    this.footer.problem.clear();
    this.sharing.showFault('');
  }

  #key(event) {
    if (event.isComposing || event.defaultPrevented || this.minimised) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.escape();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.send();
    }
  }
}
