// Sends a draft, and puts into words what the person needs to know when that fails.

import { ApiError, PATIENCE_SEND, request } from '../api.js';
import { withHumanSizes } from '../page/bytes.js';
import { t } from '../page/language.js';
import { sendRequest } from './draft.js';
import { recipientProblem } from './recipients/problems.js';

/** A message that cannot be sent as it is, or was not. `again`: it can be sent all the same, on request. `tooLarge`: as links it could be sent. */
export class SendProblem extends Error {
  /** @param {string} message @param {{detail?: string, again?: boolean, tooLarge?: boolean, field?: string}} [more] */
  constructor(message, { detail = '', again = false, tooLarge = false, field = '' } = {}) {
    super(message);
    this.detail = detail;
    this.again = again;
    this.tooLarge = tooLarge;
    this.field = field;
  }
}

/**
 * @param {import('./draft.js').Draft} draft
 * @param {{again?: boolean}} [options] `again`: although another window has sent it
 * @returns {Promise<{message: string, warning?: string}>}
 */
export async function send(draft, { again = false } = {}) {
  const message = sendRequest(draft);
  const wrong = recipientProblem(draft);
  if (wrong) throw new SendProblem(wrong.message, wrong);
  if (!message.to && !message.cc && !message.bcc) throw new SendProblem('Enter at least one recipient.', { field: 'to' });
  if (!navigator.onLine) throw new SendProblem(t('send.offline'), { detail: t('send.offlineDetail') });
  try {
    return await request('POST', draft.identity === null ? 'mail' : `mail/${draft.identity}`, {
      json: again ? { ...message, composeAgain: true } : message,
      patience: PATIENCE_SEND,
    });
  } catch (error) {
    throw problemOf(error, draft);
  }
}

function problemOf(error, draft) {
  if (!(error instanceof ApiError)) return new SendProblem(error.message);
  const reason = error.details?.reason;
  const detail = typeof reason === 'string' && reason !== error.message ? reason : '';
  switch (error.status) {
    case 0: return new SendProblem('No answer from the server, so the message may or may not have been sent.', { detail: 'Your text is kept. You can send again when the connection is back.' });
    case 401: return new SendProblem('You were signed out before the message was sent. Send again.');
    case 400: return new SendProblem(attachmentWords(error.message), { detail, field: 'attachments' });
    case 403: return new SendProblem(error.message, { detail: detail || 'You may not send this. Remove what it names, or ask your administrator.' });
    case 409: return new SendProblem(error.message, { detail, again: draft.by !== null });
    case 422: return new SendProblem(error.message, { detail, field: fieldOf(error.message) });
    case 413: return new SendProblem(withHumanSizes(error.message), { detail, tooLarge: canShrink(draft) });
    case 507: return new SendProblem(withHumanSizes(error.message), { detail: 'Revoke shares that you no longer need on the page “My shares”, or send the files attached.' });
    // The mail server takes no more.
    case 500: return new SendProblem(withHumanSizes(error.message), { detail, tooLarge: Boolean(error.details?.size && error.details.limit) && canShrink(draft) });
    default: return new SendProblem(error.message, { detail });
  }
}

/** Whether links make the message smaller. */
function canShrink({ attachments, attachmentType }) {
  return attachments.length > 0 && (attachmentType ?? 'attach') === 'attach';
}

/** `Attachment <x> NOT found` */
function attachmentWords(message) {
  return /NOT found/.test(message) ? `${message}. It may have been deleted or moved, or has expired: remove it, and attach it again.` : message;
}

/** The server's message names the attribute at fault. */
function fieldOf(message) {
  const name = /\b(to|cc|bcc|replyto|subject|attachmentType|shareExpiration|sharePassword|shareMaxDownloads)\b/i.exec(message)?.[1] ?? '';
  return name.toLowerCase() === 'replyto' ? 'replyTo' : name.startsWith('share') || name.startsWith('att') ? name : name.toLowerCase();
}
