// Reads what somebody wrote as one recipient (RFC 5322), as the server does, and finds what the server would surely refuse.
// What only the server can know, such as whether an international domain has an ASCII form, passes.

const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/;
/** What shows nothing but changes what people see or compare. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u206f]|\udb40[\udc00-\udc7f]/;
const WORD = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]|[^\x00-\x7f]/;
const MARKS = '<>,:;@';
/** Bytes. */
const LOCAL_MOST = 64;
const ADDRESS_MOST = 254;
const LABEL_MOST = 63;

/**
 * @typedef {{name: string, local: string, domain: string, address: string}} Mailbox `local`: without the quotes that it may need
 * @typedef {'noAt' | 'form' | 'local' | 'domain' | 'literal' | 'tooLong' | 'open' | 'sign' | 'name' | 'group' | 'empty'} Problem
 * @typedef {{kind: 'word' | 'quoted' | 'comment' | 'literal' | 'mark', text: string, spaced: boolean}} Token
 */

class Wrong extends Error {}

/** @param {Problem} problem @returns {never} */
function refuse(problem) {
  throw new Wrong(problem);
}

/**
 * @param {string} text one mailbox, or a group such as `Team: a@example.org, b@example.org;`
 * @returns {{mailboxes: Mailbox[], group: string | null, problem: Problem | null}}
 */
export function parse(text) {
  try {
    return { ...recipientOf(tokens(text)), problem: null };
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
    return { mailboxes: [], group: null, problem: /** @type {Problem} */ (wrong.message) };
  }
}

/** @param {string} text @returns {Token[]} */
function tokens(text) {
  if (CONTROL.test(text)) refuse('sign');
  /** @type {Token[]} */
  const found = [];
  let spaced = false;
  for (let at = 0; at < text.length;) {
    const sign = text[at];
    if (sign === ' ' || sign === '\t') {
      spaced = true;
      at += 1;
      continue;
    }
    const [kind, content, end] = token(text, at);
    found.push({ kind, text: content, spaced });
    spaced = kind === 'comment';
    at = end;
  }
  return found;
}

/** @param {string} text @param {number} at @returns {[Token['kind'], string, number]} what begins at `at`, and where it ends */
function token(text, at) {
  const sign = text[at];
  if (sign === '"' || sign === '(') return enclosed(text, at, sign);
  if (sign === '[') {
    const end = text.indexOf(']', at);
    if (end < 0 || /[\\[]/.test(text.slice(at + 1, end))) refuse('open');
    return ['literal', text.slice(at, end + 1), end + 1];
  }
  if (MARKS.includes(sign)) return ['mark', sign, at + 1];
  let end = at;
  while (end < text.length && WORD.test(text[end])) end += 1;
  if (end === at) refuse('sign');
  return ['word', text.slice(at, end), end];
}

/** A quoted string, or a comment with those inside of it. @param {string} text @param {number} from @param {'"' | '('} open @returns {[Token['kind'], string, number]} */
function enclosed(text, from, open) {
  let content = '';
  let depth = 1;
  for (let at = from + 1; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\\') {
      at += 1;
      content += text[at] ?? refuse('open');
      continue;
    }
    if (open === '(' && sign === '(') depth += 1;
    else if (sign === (open === '(' ? ')' : '"')) depth -= 1;
    if (depth === 0) return [open === '(' ? 'comment' : 'quoted', content, at + 1];
    content += sign;
  }
  return refuse('open');
}

/** @param {Token[]} all */
function recipientOf(all) {
  const isMark = (/** @type {Token} */ { kind, text }, /** @type {string} */ sign) => kind === 'mark' && text === sign;
  const colon = all.findIndex((one) => isMark(one, ':'));
  const angle = all.findIndex((one) => isMark(one, '<'));
  if (colon < 0 || (angle >= 0 && angle < colon)) return { mailboxes: [mailbox(all)], group: null };
  const group = phrase(all.slice(0, colon));
  if (!group || !all.length || !isMark(all[all.length - 1], ';')) refuse('group');
  /** @type {Mailbox[]} */
  const mailboxes = [];
  /** @type {Token[]} */
  let member = [];
  for (const one of all.slice(colon + 1)) {
    if (isMark(one, ',') || isMark(one, ';')) {
      if (member.length) mailboxes.push(mailbox(member));
      member = [];
    } else member.push(one);
  }
  return { mailboxes, group };
}

/** @param {Token[]} all @returns {Mailbox} */
function mailbox(all) {
  const words = all.filter(({ kind }) => kind !== 'comment');
  const comment = all.findLast(({ kind }) => kind === 'comment')?.text ?? '';
  if (!words.length) refuse('empty');
  const open = words.findIndex(({ kind, text }) => kind === 'mark' && text === '<');
  // `anna@example.org (Anna)` is how names were written once.
  if (open < 0) return address(words, comment);
  const last = words[words.length - 1];
  if (last.kind !== 'mark' || last.text !== '>') refuse('open');
  return address(words.slice(open + 1, -1), open ? phrase(words.slice(0, open)) : comment);
}

/** @param {Token[]} words @returns {string} */
function phrase(words) {
  const shown = words.filter(({ kind }) => kind !== 'comment');
  if (shown.some(({ kind }) => kind !== 'word' && kind !== 'quoted')) refuse('name');
  return shown.map(({ text, spaced }, at) => (spaced && at ? ` ${text}` : text)).join('').trim();
}

/** Exactly `local@domain`. @param {Token[]} words @param {string} name @returns {Mailbox} */
function address(words, name) {
  if (!words.some(({ kind, text }) => kind === 'mark' && text === '@')) refuse('noAt');
  const [left, at, right] = words;
  if (words.length !== 3 || at.kind !== 'mark' || at.text !== '@') refuse('form');
  if (left.kind === 'word' ? left.text.split('.').includes('') : left.kind !== 'quoted') refuse('local');
  const local = left.text;
  if (!local || INVISIBLE.test(local) || /[^\S ]/.test(local)) refuse('local');
  if (right.kind === 'literal') checkLiteral(right.text);
  else if (right.kind === 'word') checkDomain(right.text);
  else refuse('domain');
  const written = /^[^\s"(),:;<>@[\\\]]+$/.test(local) && !local.split('.').includes('') ? local : quoted(local);
  if (bytes(written) > LOCAL_MOST || (isAscii(right.text) && bytes(written) + 1 + right.text.length > ADDRESS_MOST)) refuse('tooLong');
  return { name, local, domain: right.text, address: `${written}@${right.text}` };
}

/** @param {string} domain */
function checkDomain(domain) {
  const labels = domain.split('.');
  if (labels.includes('') || labels.some((label) => /^-|-$/.test(label) || /[!#$%&'*+/=?^_`{|}~]/.test(label))) refuse('domain');
  if (isAscii(domain) && labels.some(({ length }) => length > LABEL_MOST)) refuse('domain');
}

/** @param {string} literal */
function checkLiteral(literal) {
  const inside = literal.slice(1, -1);
  const six = /^IPv6:([0-9a-f:.]+)$/i.exec(inside);
  const octets = inside.split('.');
  const isFour = octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
  if (!isFour && !(six && six[1].includes(':'))) refuse('literal');
}

const isAscii = (/** @type {string} */ text) => /^[\x00-\x7f]*$/.test(text);
const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text).length;

/** @param {string} text as a quoted string */
export function quoted(text) {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** @param {string} name @param {string} address @returns {string} as a list of addresses holds it */
export function written(name, address) {
  if (!name) return address;
  const isPlain = !name.includes('=?') && name.split(' ').every((word) => word && /^[^\x00-\x20\x7f"(),.:;<>@[\\\]]+$/.test(word));
  return `${isPlain ? name : quoted(name)} <${address}>`;
}
