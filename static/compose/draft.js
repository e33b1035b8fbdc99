// A draft: everything that one compose window holds, as plain data. It is what is stored and what a send is built from.

import { t } from '../page/language.js';
import { uuid } from '../page/uuid.js';
import { splitAddresses } from './addresses.js';

/** As the server calls it where a file has a media type. */
const FOLDER_TYPE = 'httpd/unix-directory';

/** @typedef {import('./shape.js').Draft} Draft */
/** @typedef {import('./shape.js').Attachment} Attachment */

/** As `signedBy`: whoever opened the window says that the message holds its signature. */
const BY_CALLER = -1;

/** @returns {Draft} of a window that the person opens */
export function newDraft() {
  return {
    id: uuid(), by: null, identity: null,
    to: '', cc: '', bcc: '', replyTo: '', subject: '', body: '', bodyHtml: null, format: null, kept: null, signedBy: null, priority: null,
    attachments: [], attachmentType: null, shareExpiration: null, sharePassword: null, sharePasswordTyped: false, shareMaxDownloads: null,
    folder: null, hasSharePassword: false,
    minimised: false, full: false, place: null, caret: null, focused: false, touched: false, seen: false, withdrawn: false, raised: 0,
    sending: null, sendingAnswers: [],
  };
}

/**
 * Files go out as links, as folders must.
 * @param {{path: string, name: string, size: number, folder: boolean}[]} files
 * @returns {Draft} of a window that the person opens for them
 */
export function draftWithFiles(files) {
  const attachmentType = files.some(({ folder }) => folder) ? 'share_ro' : 'link';
  return { ...newDraft(), attachments: files.map(attachmentOf), attachmentType };
}

/** @param {{path: string, name: string, size: number, folder: boolean}} file one of the user's @returns {Attachment} */
export function attachmentOf({ path, name, size, folder }) {
  return { location: path, name, size, type: '', folder };
}

/** @param {import('../connection/frames.js').Compose} frame @param {import('../connection/frames.js').Offered} data @returns {Draft} */
export function draftFromOffer(frame, data) {
  return {
    ...newDraft(),
    id: frame.id,
    by: frame.by ?? { kind: 'user' },
    openedAt: Date.now(),
    filled: list([data.to, data.cc, data.bcc, data.replyto].flat().filter(Boolean)),
    identity: data.identity ?? null,
    to: list(data.to),
    cc: list(data.cc),
    bcc: list(data.bcc),
    replyTo: list(data.replyto),
    subject: data.subject ?? '',
    body: data.body ?? '',
    bodyHtml: data.bodyHtml || null,
    priority: data.priority ?? null,
    attachments: (data.attachments ?? []).map(({ location, name, size, type }) => ({ location, name, size, type, folder: type === FOLDER_TYPE })),
    attachmentType: data.attachmentType ?? null,
    shareExpiration: data.shareExpiration ?? null,
    shareMaxDownloads: data.shareMaxDownloads ?? null,
    folder: data.folder ?? null,
    hasSharePassword: Boolean(data.hasSharePassword),
    signedBy: data.signature === false ? BY_CALLER : null,
  };
}

/** @param {Draft['by']} by @returns {string} who opened the window, for the person who sees it */
export function openerOf(by) {
  if (by?.kind === 'token') return by.remark || t('window.token', { id: by.id });
  return by?.login ?? t('window.you');
}

/**
 * The JSON of the send. Members that hold nothing are left out.
 * @param {Draft} draft
 * @returns {Record<string, unknown>}
 */
export function sendRequest(draft) {
  const message = {
    to: splitAddresses(draft.to),
    cc: splitAddresses(draft.cc),
    bcc: splitAddresses(draft.bcc),
    replyto: splitAddresses(draft.replyTo),
    attachments: draft.attachments.map(({ location }) => location),
    priority: draft.priority,
    attachmentType: draft.attachmentType,
    shareExpiration: draft.shareExpiration,
    shareMaxDownloads: draft.shareMaxDownloads,
    folder: draft.folder,
    // Also after a withdrawal: only the server can tell that another window has sent this one already.
    composeId: draft.by ? draft.id : null,
  };
  const held = Object.entries(message).filter(([, value]) => (Array.isArray(value) ? value.length : value));
  // The empty one takes away that of the compose.
  const password = draft.sharePassword || (draft.hasSharePassword && draft.sharePassword === '') ? { sharePassword: draft.sharePassword } : {};
  const text = draft.bodyHtml === null ? { body: draft.body } : { body: draft.body, bodyHtml: draft.bodyHtml };
  const isSigned = draft.signedBy ? { signature: false } : {};
  return { ...Object.fromEntries(held), ...password, ...isSigned, subject: draft.subject.replace(/[\r\n]+/g, ' '), ...text };
}

/** @param {string | (string | undefined)[] | undefined} value */
function list(value) {
  return [value ?? []].flat().join(', ');
}
