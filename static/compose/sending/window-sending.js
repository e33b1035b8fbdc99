// Sends the message of one window, once. The window steps aside for a notice, and comes back if the person undoes it or if
// something is wrong. What becomes of the message is the server's to say, also after a reload.

import { ApiError, request } from '../../api.js';
import { announce } from '../../page/announce.js';
import { t } from '../../page/language.js';
import { warningWords } from '../../page/server-words.js';
import { transfer } from '../../page/transfer.js';
import { uuid } from '../../page/uuid.js';
import { isIdle } from '../at-work.js';
import { sendRequest } from '../draft.js';
import { recipientProblem } from '../recipients/problems.js';
import { LARGE, follow, sleep } from './follow.js';
import { SendNotice } from './notice.js';
import { CUT, problemOf, questionOf } from './problems.js';
import { missing } from './questions.js';
import { undoTime } from './undo-time.js';

/** Milliseconds after which it is asked how far a message is. */
const CURIOUS = 1_500;
/** Tries to undo what the server has not looked at yet, and milliseconds between them. */
const UNDO_TRIES = 40;
const CUT_TRIES = 6;
const UNDO_PAUSE = 150;

export class Sending {
  #starting = false;
  /** Of the send that is asked about. */
  #following = '';
  /** Where the focus went when the window stepped aside. @type {Element | null} */
  #parked = null;
  /** @type {SendNotice | null} */
  #notice = null;
  /** The request on its way. @type {ReturnType<typeof transfer> | null} */
  #post = null;
  /** The server has all of the request. */
  #handedOver = true;
  #hadFocus = false;

  /** @param {import('../window.js').ComposeWindow} window */
  constructor(window) {
    this.window = window;
  }

  get running() {
    return this.#starting || Boolean(this.window.draft.sending);
  }

  /** Whether leaving the page would lose the message: it is not with the server yet. */
  get busy() {
    return this.running && !this.#handedOver;
  }

  /** @param {{again?: boolean, answered?: 'noSubject' | 'noAttachment'}} [options] `again`: although another window has sent it; `answered`: what is meant to be missing */
  async start({ again = false, answered } = {}) {
    const { window } = this;
    const { draft, host } = window;
    const { attachments, body, footer, sharing } = window.fill();
    if (this.running || attachments.uploading) return;
    this.#hadFocus = window.focused;
    if (attachments.failed) return this.#fail(questionOf('notUploaded'));
    if (sharing.problem) return this.#fail({ kind: 'sharing', actions: [], ...sharing.problem });
    const wrong = recipientProblem(draft);
    if (wrong) return this.#fail({ kind: 'wrongRecipient', actions: [], ...wrong });
    if (!navigator.onLine) return this.#fail(questionOf('offline'));
    footer.problem.clear();
    this.#starting = true;
    try {
      await body.flush();
    } catch (error) {
      return this.#fail(problemOf(/** @type {Error} */ (error), draft));
    } finally {
      this.#starting = false;
    }
    if (answered) draft.sendingAnswers = [...draft.sendingAnswers, answered];
    const forgotten = missing(draft);
    if (forgotten) return this.#fail(questionOf(forgotten));
    window.noteCaret();
    const undoFor = undoTime();
    const message = { ...sendRequest(draft), ...(again ? { composeAgain: true } : {}) };
    draft.sending = { id: uuid() };
    this.#stepAside();
    host.sending(window, this.#hadFocus);
    this.#parked = document.activeElement;
    this.#deliver({ ...message, sendId: draft.sending.id, undoFor }, undoFor * 1000);
  }

  /** A message that was on its way when the page was left. */
  resume() {
    if (!this.#id) return;
    if (!this.#notice) this.#stepAside();
    if (!this.#post) this.#follow(this.#id);
  }

  /** The window leaves the page. */
  leave() {
    this.#notice?.close();
    this.#notice = null;
  }

  get #id() {
    return this.window.draft.sending?.id;
  }

  /** @param {Record<string, unknown>} message @param {number} hold milliseconds in which it can be undone */
  #deliver(message, hold) {
    const { draft } = this.window;
    const id = this.#id;
    const file = /** @type {File} */ (new Blob([JSON.stringify(message)], { type: 'application/json' }));
    const over = () => this.#id === id && this.#notice?.sending();
    this.#handedOver = false;
    this.#post = transfer('POST', draft.identity === null ? 'mail' : `mail/${draft.identity}`, file, {
      progress: (share) => {
        if (share < 1 && file.size > LARGE) this.#notice?.uploading(share);
        if (share < 1 || this.#handedOver) return;
        this.#handedOver = true;
        // What was waiting on its way here can be undone for the whole time.
        if (hold) this.#notice?.held(hold, over);
        else this.#notice?.sending();
      },
    });
    if (hold) this.#notice?.held(hold, over);
    this.#post.answer.then(
      (answer) => this.#sent(id, answer.warning),
      (error) => {
        const cut = !this.#handedOver;
        this.#post = null;
        this.#handedOver = true;
        if (error.status === 0 && !cut) return this.#follow(id);
        return this.#failed(id, cut && error.status === 0 ? new ApiError(0, '', { state: CUT }) : error);
      },
    );
    sleep(hold + CURIOUS).then(() => this.#follow(id));
  }

  /** Asks the server, which knows what became of it also when its answer was lost. @param {string | undefined} id */
  async #follow(id) {
    const wanted = () => this.#id === id && this.#notice !== null;
    if (!id || !wanted() || this.#following === id) return;
    this.#following = id;
    try {
      const ended = await follow(id, {
        wanted,
        known: (send) => {
          if (send.state === 'held') this.#notice?.held(send.undoLeft ?? 0);
          else this.#notice?.sending(Number(send.bytes) > LARGE ? send : undefined);
        },
        unreachable: () => this.#notice?.says(t('sending.unreachable')),
      });
      if (!ended) return;
      if (ended.state === 'sent') this.#sent(id, ended.warning);
      else this.#failed(id, ended.error ? new ApiError(ended.error.error, ended.error.message, ended.error.details) : new ApiError(409, '', { state: ended.state }));
    } catch {
      // The request may still be on its way: its own answer will tell.
      if (this.#post || !wanted()) return;
      if (await this.#wasSent()) this.#sent(id, null);
      else this.#failed(id, new ApiError(0, ''));
    } finally {
      if (this.#following === id) this.#following = '';
    }
  }

  /** What the record of a compose says, where there is one. */
  async #wasSent() {
    const { draft } = this.window;
    if (!draft.by) return false;
    return request('GET', `mail/compose/${draft.id}`).then(({ state }) => state === 'sent', () => false);
  }

  async #undo() {
    const id = this.#id;
    if (!this.#notice?.undoable) return;
    this.#notice.says(t('sending.undoing'));
    // What the server has not got as a whole it does not send.
    const cut = !this.#handedOver;
    if (cut) this.#post?.cancel();
    for (let tries = 0; this.#id === id; tries += 1) {
      const error = await request('DELETE', `mail/sends/${id}`).then(() => null, (refusal) => refusal);
      if (this.#id !== id) return;
      const gone = error?.status === 404 && cut && tries >= CUT_TRIES;
      if (!error || gone) return this.#comeBack(true);
      if (error.status !== 404 || !this.#post || tries > UNDO_TRIES) return this.#tooLate(id, error);
      await sleep(UNDO_PAUSE);
    }
  }

  /** @param {string | undefined} id @param {import('./problems.js').Failure} error */
  #tooLate(id, error) {
    if (this.#id !== id || !this.#notice) return;
    const text = error.status === 409 ? t('sending.tooLate') : t('sending.notUndone');
    announce(text);
    if (error.status === 409) this.#notice.sending();
    this.#notice.says(text);
  }

  #now() {
    const id = this.#id;
    this.#notice?.sending();
    request('POST', `mail/sends/${id}`, { json: {} }).catch(() => this.#follow(id));
  }

  /** @param {string | undefined} id @param {string | null | undefined} warning */
  #sent(id, warning) {
    const { window } = this;
    if (this.#id !== id) return;
    window.draft.sending = null;
    this.leave();
    this.#handedOver = true;
    // Whoever has signed out meanwhile is told when they are back, and nobody else is.
    if (window.node.isConnected) window.host.sent(window, { message: t('sending.sent'), warning: warning ? warningWords(warning) : undefined });
    window.close();
  }

  /** @param {string | undefined} id @param {import('./problems.js').Failure} error */
  #failed(id, error) {
    if (this.#id !== id) return;
    const { draft } = this.window;
    // Of an undone one the request may hear before whoever undoes it.
    const undone = error.details?.state === 'undone';
    this.#comeBack(undone);
    if (!undone) this.#fail(problemOf(error, draft));
    if (draft.withdrawn) this.window.withdraw();
  }

  /** The window makes room for the notice. */
  #stepAside() {
    const { window } = this;
    window.contents?.footer.problem.clear();
    window.node.hidden = true;
    this.#notice = new SendNotice({ subject: window.draft.subject, undo: () => this.#undo(), now: () => this.#now() });
    window.reflect();
  }

  /** @param {boolean} asked by the person, just now */
  #comeBack(asked) {
    const { window } = this;
    const { activeElement } = document;
    const idle = isIdle() || this.#notice?.node.contains(activeElement) || (activeElement === this.#parked && !activeElement?.closest('.window'));
    window.draft.sending = null;
    this.#post = null;
    this.#handedOver = true;
    this.leave();
    window.node.hidden = false;
    this.#hadFocus = asked || Boolean(idle);
    if (!asked) window.draft.minimised = false;
    window.fill();
    window.host.returned(window, asked);
    window.reflect();
    if (asked) announce(t('sending.undone'));
  }

  /** @param {import('./problems.js').Problem} problem */
  #fail(problem) {
    const { fields, footer, sharing } = this.window.fill();
    footer.problem.show(problem);
    for (const [key, control] of Object.entries(fields.controls)) control.setAttribute('aria-invalid', String(key === problem.field));
    sharing.showFault(problem.field ?? '');
    if (this.#hadFocus) this.focusField(problem.field ?? '');
  }

  /** @param {string} name as the draft calls it */
  focusField(name) {
    const { fields, footer, sharing } = this.window.fill();
    const field = fields.controls[name];
    if (field && !field.closest('.field[hidden]')) field.focus();
    else if (!sharing.node.hidden && name in sharing.controls) sharing.controls[name].focus();
    else footer.focusSend();
  }
}
