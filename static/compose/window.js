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

/**
 * @typedef {object} DockEvents what those who listen to the dock are given
 * @property {[window: ComposeWindow]} seen
 * @property {[window: ComposeWindow]} discarded
 * @property {[window: ComposeWindow, answer: {message: string, warning?: string}]} sent
 * @property {[window: ComposeWindow]} closed
 */

/**
 * @typedef {object} Contents what is inside of a window
 * @property {Fields} fields
 * @property {MessageBody} body
 * @property {Attachments} attachments
 * @property {Sharing} sharing
 * @property {WindowFooter} footer
 */

export class ComposeWindow {
  /** Built when it is first needed: a bar that nobody opens costs nothing. @type {Contents | null} */
  contents = null;

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

  /** Builds what is inside, unless it is there already. @returns {Contents} */
  fill() {
    if (this.contents) return this.contents;
    const { draft, identities } = this;
    const changed = () => this.touched();
    const fields = new Fields(draft, identities, { changed });
    const attachments = new Attachments(draft, () => {
      this.#forgetProblem();
      this.touched();
    });
    const sharing = new Sharing(draft, changed);
    const body = new MessageBody(draft, {
      changed,
      escape: () => this.escape(),
      send: () => this.send(),
      attach: (files) => attachments.add(files),
    }, identities);
    const footer = new WindowFooter({
      send: () => this.send(),
      attach: () => attachments.choose(),
      attachOwn: () => this.#attachOwn(),
      discard: () => this.discard(),
      discardAnyway: () => this.#discardNow(),
      act: (action, problem) => remedy(this, action, problem),
    });
    const form = element('div', { class: 'window-form' },
      ...fields.nodes, body.node, attachments.node, attachments.picker, sharing.node, factsOf(draft));
    form.addEventListener('input', changed);
    form.addEventListener('change', () => body.setIdentity(draft.identity));
    sharing.node.addEventListener('input', () => this.#forgetProblem());
    this.node.append(form, ...footer.nodes);
    acceptFiles(this.node, (files) => this.sending || attachments.add(files));
    this.contents = { fields, body, attachments, sharing, footer };
    return this.contents;
  }

  /** Settled once the message is really in view. */
  get shown() {
    return this.fill().body.shown;
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
    return this.contents !== null && (this.sender.busy || this.contents.attachments.uploading);
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
    else if (restoreCaret(this.fill(), this.draft.caret)) return;
    // A window that a program filled in is first of all read; its name is read out when the dialog is focused.
    else if (this.draft.by) this.node.focus({ preventScroll: true });
    else this.fill().fields.focus();
  }

  /** Takes down where the cursor is, as long as it is in here. */
  noteCaret() {
    if (!this.contents || this.minimised || this.sending) return;
    this.draft.caret = caretOf(this.contents) ?? this.draft.caret;
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
    this.fill().footer.askToDiscard();
  }

  close() {
    const { focused } = this;
    this.remove();
    this.host.closed(this, focused);
  }

  /** Takes it off the page, and lets go of all that it holds there. */
  remove() {
    this.sender.leave();
    this.contents?.body.close();
    this.node.remove();
  }

  /** @param {Parameters<Sending['start']>[0]} [options] */
  send(options) {
    return this.sender.start(options);
  }

  /** Leaves what is in front first: the question, the full screen, the window. */
  escape() {
    const { footer } = this.fill();
    if (footer.asking) footer.stopAsking();
    else if (this.draft.full && this.placement.roomy) this.placement.setFull(false);
    else this.minimise();
  }

  touched() {
    this.draft.touched = true;
    this.reflect();
    this.host.changed(this);
  }

  reflect() {
    const { contents, draft, node, sending } = this;
    node.toggleAttribute('data-minimised', draft.minimised);
    node.toggleAttribute('data-unseen', draft.by !== null && !draft.seen);
    node.setAttribute('aria-busy', String(sending));
    if (draft.withdrawn && this.notice.hidden) this.notify(t('window.withdrawn'));
    this.bar.reflect();
    if (!contents) return;
    contents.sharing.reflect();
    contents.footer.reflect({ sending, uploading: contents.attachments.uploading });
  }

  #discardNow() {
    this.fill().attachments.discard();
    this.host.discarded(this);
    this.close();
  }

  async #attachOwn() {
    const files = await chooseFiles(this.login);
    if (files && !this.sending) this.fill().attachments.addOwn(files);
  }

  /** What was wrong with the attachments may be right by now. */
  #forgetProblem() {
    this.contents?.footer.problem.clear();
    this.contents?.sharing.showFault('');
  }

  /** @param {KeyboardEvent} event */
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
