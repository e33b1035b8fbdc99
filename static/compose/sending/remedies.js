// What the buttons below a problem do.

import { routeHref } from '../../page/route.js';

/**
 * @param {import('../window.js').ComposeWindow} window
 * @param {import('./problems.js').Action} action
 * @param {import('./problems.js').Problem} problem
 */
export function remedy(window, action, problem) {
  const { draft, sender } = window;
  const { attachments, footer, sharing } = window.fill();
  switch (action) {
    case 'edit':
      return sender.focusField(problem.field || 'to');
    case 'removeAttachment':
      return attachments.removeAt(problem.location);
    case 'asLinks':
      sharing.asLinks();
      break;
    case 'asAttachments':
      draft.attachmentType = 'attach';
      break;
    case 'usualFolder':
      draft.folder = null;
      break;
    case 'attach':
      return attachments.choose();
    case 'openShares':
      window.minimise();
      location.href = routeHref('shares');
      return;
    case 'reload':
      location.reload();
      return;
    case 'discard':
      return window.discard();
    case 'withoutSubject':
      return window.send({ answered: 'noSubject' });
    case 'withoutAttachment':
      return window.send({ answered: 'noAttachment' });
    case 'anyway':
      return window.send({ again: true });
    default:
      return window.send();
  }
  footer.problem.clear();
  window.touched();
  return window.send();
}
