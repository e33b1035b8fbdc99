// Every way in which a send can fail, as the API tells it: what happened, whether the message went out, and what helps. The
// words are those of `problem.<kind>` and `problem.<kind>Do`.

import { t } from '../../page/language.js';
import { withHumanSizes } from '../../page/bytes.js';

/**
 * @typedef {'edit' | 'removeAttachment' | 'asLinks' | 'asAttachments' | 'usualFolder' | 'again' | 'anyway' | 'withoutSubject' |
 *   'withoutAttachment' | 'attach' | 'openShares' | 'reload' | 'discard'} Action
 *
 * @typedef {object} Problem
 * @property {string} kind
 * @property {string} message what happened
 * @property {string} [advice] what to do now
 * @property {string} [said] the server's own words
 * @property {[string, string][]} [recipients] refused, with the words of their server
 * @property {string} [field] at fault, as the draft calls it
 * @property {string} [location] of the attachment at fault
 * @property {Action[]} actions the first one helps most
 * @property {number} [wait] seconds until another try makes sense
 *
 * @typedef {{message: string, status?: number, details?: any, retryAfter?: number, own?: string}} Failure of `api.js`, or of the page itself
 * @typedef {import('../draft.js').Draft} Draft
 */

/** `details.state` where the server has not got the whole request. */
export const CUT = 'cut off';

/** The first row that fits an answer. @type {{kind: string, fits: (error: Failure, draft: Draft) => unknown, actions: Action[]}[]} */
export const TABLE = [
  { kind: 'notReached', fits: ({ status, details }) => status === 0 && details?.state === CUT, actions: ['again'] },
  { kind: 'unknown', fits: ({ status }) => status === 0, actions: ['again'] },
  { kind: 'signedOut', fits: ({ status }) => status === 401, actions: ['again'] },
  { kind: 'attachmentGone', fits: ({ status, message }) => status === 400 && /^Attachment .*NOT found/s.test(message), actions: ['removeAttachment'] },
  { kind: 'broken', fits: ({ status }) => status === 400 || status === 408, actions: ['again'] },
  { kind: 'forbidden', fits: ({ status }) => status === 403, actions: ['again'] },
  { kind: 'identityGone', fits: ({ status }) => status === 404, actions: ['edit'] },
  { kind: 'sendingElsewhere', fits: ({ status, details }) => status === 409 && details?.state === 'sending', actions: ['again'] },
  { kind: 'alreadySent', fits: ({ status }) => status === 409, actions: ['anyway', 'discard'] },
  { kind: 'tooLargeCanShrink', fits: (error, draft) => isTooLarge(error) && canShrink(draft), actions: ['asLinks'] },
  { kind: 'tooLarge', fits: isTooLarge, actions: ['edit'] },
  { kind: 'outdated', fits: ({ status }) => status === 415, actions: ['reload'] },
  { kind: 'folderGone', fits: ({ status, message }, { folder }) => status === 422 && folder && /\bfolder\b/.test(message), actions: ['usualFolder'] },
  { kind: 'nameTaken', fits: ({ status, message }) => status === 422 && /'sendId'/.test(message), actions: ['again'] },
  { kind: 'wrongRecipient', fits: ({ status, message }) => status === 422 && /\b(to|cc|bcc|replyto)\b(\[|')?/.test(message) && /^(to|cc|bcc|replyTo)$/.test(fieldOf(message)), actions: ['edit'] },
  { kind: 'wrongShare', fits: ({ status, message }) => status === 422 && /^(share|attachmentType)/.test(fieldOf(message)), actions: ['edit'] },
  { kind: 'wrong', fits: ({ status }) => status === 422, actions: ['edit'] },
  { kind: 'busy', fits: ({ status }) => status === 429, actions: ['again'] },
  { kind: 'recipientsRefused', fits: ({ details }) => Object.keys(details?.smtp?.recipients ?? {}).length, actions: ['edit', 'again'] },
  { kind: 'loginRefused', fits: ({ details }) => [432, 454, 530, 534, 535, 538].includes(details?.smtp?.code), actions: ['again'] },
  { kind: 'refusedForNow', fits: ({ details }) => details?.smtp?.code < 500, actions: ['again'] },
  { kind: 'refused', fits: ({ details }) => details?.smtp, actions: ['edit', 'again'] },
  { kind: 'inDoubt', fits: ({ details }) => details?.state === 'in doubt', actions: ['discard', 'anyway'] },
  { kind: 'unreachable', fits: ({ status, details }) => status === 500 && details?.reason, actions: ['again'] },
  { kind: 'addressNotTaken', fits: ({ message }) => /SMTPUTF8/.test(message), actions: ['edit'] },
  { kind: 'restarting', fits: ({ status }) => status === 502 || status === 503 || status === 504, actions: ['again'] },
  { kind: 'noRoom', fits: ({ status }) => status === 507, actions: ['openShares', 'asAttachments'] },
  { kind: 'failed', fits: () => true, actions: ['again'] },
];

/** What is found before anything is sent. @type {Record<string, {field?: string, actions: Action[]}>} */
export const QUESTIONS = {
  noRecipient: { field: 'to', actions: [] },
  noSubject: { field: 'subject', actions: ['withoutSubject', 'edit'] },
  noAttachment: { actions: ['withoutAttachment', 'attach'] },
  notUploaded: { actions: [] },
  offline: { actions: ['again'] },
};

/** @param {keyof typeof QUESTIONS} kind @returns {Problem} */
export function questionOf(kind) {
  return { kind, message: word(kind), advice: kind === 'offline' ? word('offlineDo') : '', ...QUESTIONS[kind] };
}

/** @param {Failure} answer @param {Draft} draft @returns {Problem} */
export function problemOf(answer, draft) {
  // What happened is told from the server's own words, which are the same in all languages.
  const error = { ...answer, message: answer.own ?? answer.message };
  const { kind, actions } = /** @type {typeof TABLE[0]} */ (TABLE.find(({ fits }) => fits(error, draft)));
  const location = kind === 'attachmentGone' ? draft.attachments.find((one) => one.location && error.message.includes(one.location))?.location : undefined;
  const known = /** @type {[string, string][]} */ (Object.entries(error.details?.smtp?.recipients ?? {}));
  const field = kind === 'identityGone' ? 'identity' : kind === 'recipientsRefused' ? fieldWith(draft, known[0][0]) : fieldOf(error.message);
  const usable = actions.filter((action) => (action !== 'removeAttachment' || location) && (action !== 'asAttachments' || draft.attachments.every(({ folder }) => !folder)));
  return {
    kind,
    message: word(kind),
    advice: word(`${kind}Do`),
    said: error.status === 0 ? '' : withHumanSizes(saidBy(error)),
    recipients: known,
    field,
    location,
    actions: usable.length ? usable : ['again'],
    wait: error.retryAfter,
  };
}

/** @param {string} name @returns {string} */
function word(name) {
  return t(/** @type {import('../../page/language.js').Word} */ (`problem.${name}`));
}

/** What the server said, and why. @param {Failure} error */
function saidBy({ message, details }) {
  const reason = details?.reason;
  return typeof reason === 'string' && reason !== message ? `${message} (${reason})` : message;
}

/** @param {Failure} error */
function isTooLarge({ status, details }) {
  return status === 413 || (status === 500 && Boolean(details?.size && details.limit));
}

/** Whether links make the message smaller. @param {Draft} draft */
function canShrink({ attachments, attachmentType }) {
  return attachments.length > 0 && (attachmentType ?? 'attach') === 'attach';
}

/** The server's message names the attribute at fault. @param {string} message */
function fieldOf(message) {
  const name = /(?:Attribute '|for )(to|cc|bcc|replyto|subject|attachmentType|shareExpiration|sharePassword|shareMaxDownloads)\b/i.exec(message)?.[1] ?? '';
  return name.toLowerCase() === 'replyto' ? 'replyTo' : name;
}

/** @param {Draft} draft @param {string} address @returns {string} the field that it is in */
function fieldWith(draft, address) {
  const inner = address.toLowerCase();
  return /** @type {const} */ (['to', 'cc', 'bcc']).find((key) => draft[key].toLowerCase().includes(inner)) ?? 'to';
}
