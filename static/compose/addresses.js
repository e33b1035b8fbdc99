// Splits what people type or paste as recipients. Whether each part is an address is for others to say.

/** @type {Record<string, string>} */
const CLOSING = { '"': '"', '<': '>', '(': ')', '[': ']' };

/**
 * Commas, semicolons and line ends separate; not inside quotes, angle or square brackets and comments (RFC 5322),
 * and a group (`Team: a@example.org, b@example.org;`) stays one part.
 * @param {string} text
 * @returns {string[]}
 */
export function splitAddresses(text) {
  return cutAddresses(text).map((part) => part.text);
}

/**
 * The same, with the sign that ended each part; empty at the end of the text.
 * @param {string} text
 * @param {{keepRest?: boolean}} [options] `keepRest`: the last part is what nothing has ended yet, as it is and perhaps empty
 * @returns {{text: string, end: string}[]}
 */
export function cutAddresses(text, { keepRest = false } = {}) {
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
      groupEnd = endOfGroup(text, at, keepRest);
    } else if (at >= groupEnd && /[,;\r\n]/.test(sign)) {
      parts.push({ text: (at === groupEnd ? `${part};` : part).trim(), end: sign });
      part = '';
      continue;
    }
    part += text[at];
  }
  const rest = { text: part, end: '' };
  if (keepRest) return [...parts.filter((each) => each.text), rest];
  return [...parts, { ...rest, text: part.trim() }].filter((each) => each.text);
}

/** @param {string} text @param {number} from @param {boolean} typing @returns {number} where the group that the colon at `from` opens ends, or -1: then it is no group. One that is being typed may have no end yet. */
function endOfGroup(text, from, typing) {
  const end = text.indexOf(';', from);
  if (end === -1) return typing ? text.length : -1;
  return /[\r\n]/.test(text.slice(from, end)) ? -1 : end;
}
