// What makes an address look like another one.

/** Letters that look like Latin ones: a word of these alone reads as one in Latin letters. */
const CYRILLIC_AS_LATIN = /^[асԁеһіјӏорԛѕԝхуъьҽпгѵѡ0-9-]+$/u;
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Georgian', 'Hebrew', 'Arabic', 'Devanagari', 'Thai', 'Hangul', 'Hiragana', 'Katakana', 'Han', 'Bopomofo']
  .map((name) => ({ name, letter: new RegExp(`\\p{Script=${name}}`, 'u') }));
/** Scripts that are written together (Unicode Technical Standard 39, "Highly Restrictive"). */
const TOGETHER = [['Latin', 'Han', 'Hiragana', 'Katakana'], ['Latin', 'Han', 'Bopomofo'], ['Latin', 'Han', 'Hangul']];

/** A domain as it is safe to read: what mixes scripts that nobody writes together is shown in its ASCII form. @param {string} domain */
export function shownDomain(domain) {
  const labels = domain.split('.');
  const misleads = (/** @type {string} */ label) => mixesScripts(label) || (CYRILLIC_AS_LATIN.test(label) && /[^0-9-]/.test(label) && /^[\x00-\x7f]*$/.test(labels[labels.length - 1]));
  return labels.some(misleads) ? asciiDomain(domain) : domain;
}

/** @param {string} text */
function mixesScripts(text) {
  const found = SCRIPTS.filter(({ letter }) => letter.test(text)).map(({ name }) => name);
  return found.length > 1 && !TOGETHER.some((group) => found.every((name) => group.includes(name)));
}

/** @param {string} domain @returns {string} as mail servers know it, or in lower case where it has no such form */
export function asciiDomain(domain) {
  if (/^[\x00-\x7f]*$/.test(domain)) return domain.toLowerCase();
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return domain.toLowerCase();
  }
}

/** @param {string} name @param {string} address @returns {string | null} another address that a name shows in place of its own */
export function addressInName(name, address) {
  const shown = /[^\s"'<>()[\],;:]+@[^\s"'<>()[\],;:]+\.[^\s"'<>()[\],;:]+/u.exec(name)?.[0];
  return shown && shown.toLowerCase() !== address.toLowerCase() ? shown : null;
}
