// Splits what people type or paste as recipients. Whether each part is an address is for the server to say.

const CLOSING = { '"': '"', '<': '>', '(': ')', '[': ']' };

/**
 * Commas, semicolons and line ends separate; not inside quotes, angle or square brackets and comments (RFC 5322),
 * and a group (`Team: a@example.org, b@example.org;`) stays one part.
 * @param {string} text
 * @returns {string[]}
 */
export function splitAddresses(text) {
  const parts = [];
  let part = '';
  let closing = '';
  let groupEnd = -1;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (closing) {
      if (sign === '\\' && closing !== '>' && at + 1 < text.length) {
        part += sign;
        at += 1;
      } else if (sign === closing) closing = '';
    } else if (sign in CLOSING) {
      closing = CLOSING[sign];
    } else if (sign === ':' && groupEnd < at) {
      groupEnd = endOfGroup(text, at);
    } else if (at >= groupEnd && /[,;\r\n]/.test(sign)) {
      parts.push(at === groupEnd ? `${part};` : part);
      part = '';
      continue;
    }
    part += text[at];
  }
  return [...parts, part].map((each) => each.trim()).filter(Boolean);
}

/** @returns {number} where the group that the colon at `from` opens ends, or -1: then it is no group */
function endOfGroup(text, from) {
  const end = text.indexOf(';', from);
  return end === -1 || /[\r\n]/.test(text.slice(from, end)) ? -1 : end;
}
