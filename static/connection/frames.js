// What the page and the gateway say to each other over the WebSocket. Only types: nothing loads this file.

/**
 * @typedef {{id: number, login: string, name: string}} User as the server tells it
 * @typedef {{type: 'hello', user: User, now: string, pulse: number, assets: string, visibility: 'own' | 'everyone'}} Hello
 * @typedef {{type: 'presence', user: {id: number, login: string}, sessions: number}} Presence
 * @typedef {{type: 'compose', id: string, expires: string, by?: import('../compose/draft.js').Draft['by']}
 *   & ({data: Offered} | {data?: undefined, href: string})} Compose
 * @typedef {Hello | Presence | Compose | {type: 'withdraw', id: string} | {type: 'close', reconnectAfter?: number}
 *   | {type: 'pong'} | {type: 'error'}} ServerFrame
 * @typedef {{type: 'ack', id: string, state: 'opened', visible: boolean} | {type: 'ack', id: string, state: 'refused', reason: string}
 *   | {type: 'seen', id: string} | {type: 'finished', id: string, state: 'discarded'} | {type: 'attach', windows: string[]}
 *   | {type: 'pulse', focused: boolean, visible: boolean} | {type: 'active' | 'watch' | 'unwatch' | 'ping'}} PageFrame
 *
 * @typedef {object} Offered the payload of an offer; what it does not set is missing
 * @property {string | string[]} [to]
 * @property {string | string[]} [cc]
 * @property {string | string[]} [bcc]
 * @property {string | string[]} [replyto]
 * @property {number} [identity]
 * @property {string} [subject]
 * @property {string} [body]
 * @property {string} [bodyHtml]
 * @property {import('../compose/draft.js').Draft['priority']} [priority]
 * @property {{location: string, name: string, size: number, type: string}[]} [attachments]
 * @property {string} [attachmentType]
 * @property {string} [shareExpiration]
 * @property {number} [shareMaxDownloads]
 * @property {string} [folder]
 * @property {boolean} [hasSharePassword]
 * @property {boolean} [signature] false: the message holds it
 */

export {};
