// A draft: everything that one compose window holds, as plain data. It is what is stored and what a send is built from.

import { t } from '../page/language.js';
import { uuid } from '../page/uuid.js';
import { splitAddresses } from './addresses.js';

/** As the server calls it where a file has a media type. */
const FOLDER_TYPE = 'httpd/unix-directory';

/**
 * @typedef {object} Attachment
 * @property {string} name
 * @property {number} size in bytes
 * @property {string} type
 * @property {string} [location] what the server calls it; missing until it is uploaded
 * @property {boolean} [folder] one of the user's folders
 * @property {boolean} [own] uploaded in this window, so that this window may delete it
 * @property {'uploading' | 'failed'} [state] missing once it is stored on the server
 * @property {string} [problem] why it failed
 *
 * @typedef {object} Draft
 * @property {string} id the compose id, or one of our own
 * @property {{kind: 'token', id: number, remark?: string} | {kind: 'user' | 'password', id?: number, login?: string} | null} by
 *   the credential that opened the window; null: the person did
 * @property {number} [openedAt] when it came, in milliseconds since 1970
 * @property {string} [filled] the addresses that it came with, as a list
 * @property {number | null} identity null: the default one
 * @property {string} to as typed, like `cc`, `bcc` and `replyTo`
 * @property {string} cc
 * @property {string} bcc
 * @property {string} replyTo
 * @property {string} subject
 * @property {string} body of a message that is HTML: its text, as it was sent last
 * @property {string | null} bodyHtml not null: the message is HTML
 * @property {'rich' | 'plain' | null} format how it is written; null: not decided yet
 * @property {{html: string, text: string} | null} kept the message before it became plain text, for as long as that is `text`
 * @property {number | null} signedBy the identity whose signature the message holds; 0: of none, the server adds it; `BY_CALLER`; null: not decided yet
 * @property {1 | 3 | 5 | null} priority null: not set by anybody
 * @property {Attachment[]} attachments
 * @property {string | null} attachmentType null: in the mail
 * @property {string | null} shareExpiration
 * @property {string | null} sharePassword null: none, or that of the compose; empty: none, also where the compose has one
 * @property {boolean} sharePasswordTyped there was one, also after a reload, which `sharePassword` does not outlive
 * @property {number | null} shareMaxDownloads
 * @property {string | null} folder
 * @property {boolean} hasSharePassword the compose has a password that the server keeps to itself
 * @property {boolean} minimised
 * @property {boolean} full it fills the page
 * @property {import('./placement.js').Place | null} place where it floats; null: it stands in the dock
 * @property {import('./caret.js').WindowCaret | null} caret where the cursor was last
 * @property {boolean} focused it had the focus when it was stored
 * @property {boolean} touched the person has changed something
 * @property {boolean} seen
 * @property {boolean} withdrawn another session has the compose, or its offer is over
 * @property {{id: string} | null} sending it is on its way, under this name
 * @property {string[]} sendingAnswers what the person has said may be missing
 * @property {number} raised which window was opened or restored last: the highest
 */

/**
 * @typedef {object} Offered the payload of an offer; what it does not set is missing
 * @property {string | string[]} [to]
 * @property {string | string[]} [cc]
 * @property {string | string[]} [bcc]
 * @property {string | string[]} [replyto]
 * @property {number} [identity]
 * @property {string} [subject]
 * @property {string} [body]
 * @property {string} [bodyHtml]
 * @property {Draft['priority']} [priority]
 * @property {{location: string, name: string, size: number, type: string}[]} [attachments]
 * @property {string} [attachmentType]
 * @property {string} [shareExpiration]
 * @property {number} [shareMaxDownloads]
 * @property {string} [folder]
 * @property {boolean} [hasSharePassword]
 * @property {boolean} [signature] false: the message holds it
 */

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

/** @param {import('../connection/connection.js').Compose} frame @param {Offered} data @returns {Draft} */
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
 * @returns {Record<string, any>}
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
