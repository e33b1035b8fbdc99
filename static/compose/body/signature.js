// The signature in a plain-text message: below a line of two hyphens and a space, above what is quoted (RFC 3676, section 4.3).

const SEPARATOR = '-- ';

/** @param {string} text @param {string} signature as text @returns {string} */
export function signed(text, signature) {
  const sign = signature.trimEnd();
  if (!sign) return text;
  const lines = text.split('\n');
  let quote = lines.length;
  while (quote > 0 && (lines[quote - 1].startsWith('>') || (lines[quote - 1] === '' && quote < lines.length))) quote--;
  // The line that says who is quoted belongs to it.
  if (quote < lines.length && lines[quote - 1]?.endsWith(':')) quote--;
  if (!lines[quote]?.startsWith('>') && !lines[quote]?.endsWith(':')) quote = lines.length;
  const above = lines.slice(0, quote).join('\n').replace(/\n$/, '');
  const below = lines.slice(quote);
  return [above, SEPARATOR, sign, ...(below.length ? ['', ...below] : [''])].join('\n');
}

/**
 * @param {string} text @param {string} before @param {string} after both as text
 * @returns {string} unchanged, if somebody has edited the signature
 */
export function signedAnew(text, before, after) {
  if (!before.trim()) return signed(text, after);
  const old = `${SEPARATOR}\n${before.trimEnd()}`;
  const at = text.lastIndexOf(old);
  const end = at + old.length;
  if (at < 0 || (at > 0 && text[at - 1] !== '\n') || (end < text.length && text[end] !== '\n')) return text;
  const sign = after.trimEnd();
  return text.slice(0, at) + (sign ? `${SEPARATOR}\n${sign}${text.slice(end)}` : text.slice(end).replace(/^\n/, ''));
}
