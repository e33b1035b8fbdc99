// Addresses of the kind "mailto:" (RFC 6068), taken apart. Nothing here touches the page.

/** Characters of a body, and of everything else. */
const BODY_MOST = 200_000;
const FIELD_MOST = 10_000;

/** By the name of the header, in small letters. Any other header of such a link is ignored, `attach` above all. */
const FIELDS = /** @type {const} */ (['to', 'cc', 'bcc', 'subject', 'body']);

/**
 * @param {string} url
 * @returns {{to: string, cc: string, bcc: string, subject: string, body: string} | null} recipients separated by commas; null: it is no
 *   such address
 */
export function parseMailto(url) {
  const [, recipients, query] = /^mailto:([^?#]*)(?:\?([^#]*))?/i.exec(url.trim()) ?? [];
  if (recipients === undefined) return null;
  /** @type {Record<typeof FIELDS[number], string[]>} */
  const fields = { to: [recipients], cc: [], bcc: [], subject: [], body: [] };
  for (const part of (query ?? '').split('&')) {
    const at = part.indexOf('=');
    const header = decoded(part.slice(0, Math.max(0, at))).toLowerCase();
    const name = FIELDS.find((each) => each === header);
    if (name) fields[name].push(part.slice(at + 1));
  }
  const addresses = (/** @type {string[]} */ values) => values.flatMap((value) => value.split(',')).map((value) => oneLine(decoded(value))).filter(Boolean).join(', ').slice(0, FIELD_MOST);
  return {
    to: addresses(fields.to),
    cc: addresses(fields.cc),
    bcc: addresses(fields.bcc),
    subject: oneLine(fields.subject.map(decoded).join(' ')).slice(0, FIELD_MOST),
    body: withoutControls(fields.body.map(decoded).join('\n').replace(/\r\n?/g, '\n')).slice(0, BODY_MOST),
  };
}

/** A plus is a plus here, and what is no UTF-8 becomes a sign for that. @param {string} text */
function decoded(text) {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => new TextDecoder().decode(Uint8Array.from(bytes.slice(1).split('%'), (byte) => parseInt(byte, 16))));
}

/** No header can be put into another one. @param {string} text */
function oneLine(text) {
  return withoutControls(text.replace(/\s+/g, ' ')).trim();
}

/** @param {string} text */
function withoutControls(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
