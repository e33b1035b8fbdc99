// What a draft holds, who it can come from, and what became of it. Only types: nothing loads this file.

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
 * Who one may send as. `name` is how `GET /mail` writes it; what a gateway does not tell is absent.
 *
 * @typedef {object} Identity
 * @property {number} id
 * @property {string} name
 * @property {string} [email]
 * @property {string} [realName] the name before the address, which may be empty
 * @property {string} [org]
 * @property {string} [label]
 * @property {string | null} [replyTo]
 * @property {string | null} [signature] HTML if it holds tags
 * @property {boolean} [default]
 */

/**
 * @typedef {object} RecentCompose as `GET /me/composes` tells it
 * @property {string} id
 * @property {Draft['by']} by
 * @property {string} subject
 * @property {string[]} to
 * @property {'waiting' | 'opened' | 'seen' | 'sent' | 'discarded' | 'expired'} state
 * @property {string} created
 * @property {string | null} finishedAt
 *
 * @typedef {RecentCompose['state'] | 'elsewhere'} RecentState as the list shows it
 */

export {};
