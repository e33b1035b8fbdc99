// Sends the message of one window, once, and shows what was wrong.

import { send } from '../send.js';

export class Sending {
  running = false;

  /** @param {import('../window.js').ComposeWindow} window */
  constructor(window) {
    this.window = window;
  }

  /** @param {boolean} [again] although another window has sent it */
  async start(again = false) {
    const { window } = this;
    const { attachments, body, draft, footer, host, sharing } = window;
    if (this.running || attachments.uploading) return;
    if (attachments.failed) return footer.showProblem({ message: 'An attachment is not uploaded. Retry or remove it.' });
    const hadFocus = window.focused;
    const { problem } = sharing;
    if (problem) return this.#fail(problem, hadFocus);
    this.#setRunning(true);
    try {
      await body.flush();
      const answer = await send(draft, { again });
      host.sent(window, answer);
      window.close();
    } catch (problem) {
      this.#setRunning(false);
      this.#fail(problem, hadFocus);
      if (draft.withdrawn) window.withdraw();
    }
  }

  #setRunning(running) {
    const { window } = this;
    this.running = running;
    if (running) {
      window.footer.clearProblem();
      // Before its parts become inert, so that the focus stays in the window.
      if (window.focused) window.node.focus({ preventScroll: true });
    }
    window.form.inert = running;
    window.reflect();
  }

  #fail(problem, hadFocus) {
    const { fields, footer, sharing } = this.window;
    footer.showProblem(problem);
    for (const [key, control] of Object.entries(fields.controls)) control.setAttribute('aria-invalid', String(key === problem.field));
    sharing.showFault(problem.field);
    if (!hadFocus) return;
    const field = fields.controls[problem.field];
    if (field && !field.closest('.field').hidden) field.focus();
    else if (!sharing.node.hidden && problem.field in sharing.controls) sharing.controls[problem.field].focus();
    else footer.focusSend();
  }
}
