// A message as text, and text as a message. What text has a sign for (lists, quotes, links, the signature) goes both ways.

import { BLOCKS, isLink } from './allowed.js';

/** What text has no sign for. */
export const LOOKS = 'b, strong, i, em, u, s, strike, del, font, big, small, sub, sup, mark, img, table, h1, h2, h3, h4, h5, h6, center, span, [style]:not(blockquote), [align]';

const SIGNATURE = '-- ';
/** Blocks with a free line above and below. */
const APART = new Set('blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));
const URL_IN_TEXT = /\b(https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]}]|mailto:[^\s<>"]+@[^\s<>"]*[^\s<>".,;:!?')\]}])/gi;

/** @param {ParentNode} root a clean message @returns {string} */
export function textOf(root) {
  const lines = linesOf(root);
  while (lines.at(-1) === '') lines.pop();
  while (lines[0] === '') lines.shift();
  return lines.join('\n');
}

/** @param {ParentNode} root @param {boolean} [pre] @param {boolean} [inList] @returns {string[]} */
function linesOf(root, pre = false, inList = false) {
  /** @type {string[]} */
  const lines = [];
  let line = '';
  let open = false;
  let apart = false;
  const endLine = () => {
    lines.push(pre ? line : line.replace(/ +$/, ''));
    line = '';
    open = false;
  };
  const addBlock = (/** @type {string[]} */ block, /** @type {boolean} */ isApart) => {
    if (open) endLine();
    if ((isApart || apart) && lines.length && lines.at(-1) !== '' && block.length && block[0] !== '') lines.push('');
    if (block.length) apart = isApart;
    lines.push(...block);
  };
  const addText = (/** @type {string} */ text) => {
    if (!pre) text = text.replace(/[ \t\r\n\f]+/g, ' ');
    if (!pre && (!open || line.endsWith(' '))) text = text.replace(/^ /, '');
    if (!text) return;
    if (!open && apart && lines.length && lines.at(-1) !== '') lines.push('');
    apart = false;
    const parts = pre ? text.split('\n') : [text];
    parts.forEach((part, at) => {
      if (at) endLine();
      line += part.replaceAll('\u00a0', ' ');
      open = true;
    });
  };
  const walk = (/** @type {Node} */ parent) => {
    for (const node of parent.childNodes) {
      if (node instanceof Text) addText(node.data);
      else if (!(node instanceof Element)) continue;
      else if (node.localName === 'br') endLine();
      else if (node.localName === 'hr') addBlock(['----'], true);
      else if (node.localName === 'img') addText(node.getAttribute('alt') ? `[${node.getAttribute('alt')}]` : '');
      else if (node.localName === 'a') {
        walk(node);
        const address = addressBeside(node);
        if (address) addText(` <${address}>`);
      } else if (BLOCKS.has(node.localName)) addBlock(blockLines(node, pre, inList), isApart(node) && !(inList && /^[ou]l$/.test(node.localName)));
      else walk(node);
    }
  };
  walk(root);
  if (open) endLine();
  return lines;
}

/** Browsers put lists into the line that they begin in. @param {Element} node @returns {boolean} */
function isApart(node) {
  return APART.has(node.localName) || (node.localName === 'div' && node.childNodes.length === 1 && node.firstElementChild !== null && isApart(node.firstElementChild));
}

/** Where a link leads, unless its words say so. @param {Element} link */
export function addressBeside(link) {
  const href = link.getAttribute('href') ?? '';
  const bare = (/** @type {string} */ text) => text.trim().replace(/^(https?:\/\/|mailto:|tel:)/i, '').replace(/\/$/, '').toLowerCase();
  return href && bare(href) !== bare(link.textContent) ? href.replace(/^mailto:/i, '') : '';
}

/** @param {Element} node @param {boolean} pre @param {boolean} inList @returns {string[]} */
function blockLines(node, pre, inList) {
  switch (node.localName) {
    case 'ul': return listLines(node, () => '- ');
    case 'ol': return listLines(node, (at) => `${(Number(node.getAttribute('start')) || 1) + at}. `);
    case 'blockquote': {
      const lines = linesOf(node);
      // Only indented, as the editor does it.
      const { style } = /** @type {HTMLElement} */ (node);
      if (style.borderStyle === 'none' || style.borderTopStyle === 'none') return lines.map((line) => line && `    ${line}`);
      return lines.map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd()));
    }
    case 'table': return tableLines(node);
    case 'pre': return linesOf(node, true);
    default: {
      const lines = linesOf(node, pre, inList);
      return node.className === 'signature' ? [SIGNATURE, ...lines] : lines;
    }
  }
}

/** @param {Element} list @param {(at: number) => string} sign */
function listLines(list, sign) {
  let count = 0;
  return [...list.children].flatMap((item) => {
    const lines = item.localName === 'li' ? linesOf(item, false, true) : blockLines(item, false, true);
    // A list that stands between the items.
    if (item.localName !== 'li') return lines.map((line) => `  ${line}`);
    const mark = sign(count++);
    if (!lines.length) lines.push('');
    return lines.map((line, at) => (at ? line && ' '.repeat(mark.length) + line : mark + line));
  });
}

/** @param {Element} table */
function tableLines(table) {
  const rows = [...table.querySelectorAll('tr')].filter((row) => row.closest('table') === table);
  const lines = rows.flatMap((row) => {
    const cells = [...row.children].map((cell) => linesOf(cell));
    return cells.length === 1 ? cells[0] : [cells.map((cell) => cell.filter(Boolean).join(' ')).join('\t').trimEnd()];
  });
  const caption = table.querySelector(':scope > caption');
  return caption ? [...linesOf(caption), ...lines] : lines;
}

/** @param {string} text @returns {string} HTML that holds nothing but it */
export function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** @param {string} text @returns {string} one line, its addresses as links */
function inline(text) {
  let html = '';
  let end = 0;
  for (const { 0: found, index } of text.matchAll(URL_IN_TEXT)) {
    if (!isLink(found)) continue;
    html += `${escaped(text.slice(end, index))}<a href="${escaped(found)}">${escaped(found)}</a>`;
    end = index + found.length;
  }
  html += escaped(text.slice(end));
  return html.replace(/^ +| {2,}/g, (spaces) => '&nbsp;'.repeat(spaces.length - 1) + (spaces.length > 1 ? ' ' : '&nbsp;')) || '<br>';
}

/**
 * @param {string} text
 * @param {{plain?: boolean}} [options] `plain`: line by line, whatever signs it holds
 * @returns {string}
 */
export function htmlOf(text, { plain = false } = {}) {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  return (plain ? lines.map(lineHtml) : blocksOf(lines)).join('');
}

/** @param {string} line */
function lineHtml(line) {
  return `<div>${inline(line)}</div>`;
}

const QUOTE = /^> ?/;
const BULLET = /^[-*•] (.*)/;
const NUMBER = /^(\d{1,4})\. (.*)/;

/** @param {string[]} lines @returns {string[]} */
function blocksOf(lines) {
  /** @type {string[]} */
  const html = [];
  const takeWhile = (/** @type {number} */ at, /** @type {(line: string) => boolean} */ fits) => {
    let end = at;
    while (end < lines.length && fits(lines[end])) end++;
    return lines.slice(at, end);
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    if (line === SIGNATURE && at + 1 < lines.length) {
      html.push(`<div class="signature">${takeWhile(at + 1, (next) => !QUOTE.test(next)).map(lineHtml).join('')}</div>`);
      at += 1 + takeWhile(at + 1, (next) => !QUOTE.test(next)).length;
    } else if (QUOTE.test(line)) {
      const quote = takeWhile(at, (next) => QUOTE.test(next));
      html.push(`<blockquote>${blocksOf(quote.map((next) => next.replace(QUOTE, ''))).join('')}</blockquote>`);
      at += quote.length;
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      const number = BULLET.test(line) ? null : NUMBER.exec(line);
      const sign = number ? NUMBER : BULLET;
      const items = takeWhile(at, (next) => sign.test(next) || /^ {2,3}\S/.test(next));
      const start = number ? Number(number[1]) : 1;
      const tag = number ? 'ol' : 'ul';
      html.push(`<${tag}${start === 1 ? '' : ` start="${start}"`}>${listItems(items, sign)}</${tag}>`);
      at += items.length;
    } else {
      // Beside a list or a quote a free line is there anyway.
      const beside = [lines[at - 1], lines[at + 1]].some((next) => next !== undefined && (QUOTE.test(next) || BULLET.test(next) || NUMBER.test(next)));
      if (line !== '' || !beside) html.push(lineHtml(line));
      at++;
    }
  }
  return html;
}

/** @param {string[]} lines the first one with a sign @param {RegExp} sign @returns {string} */
function listItems(lines, sign) {
  /** @type {string[][]} */
  const items = [];
  for (const line of lines) {
    const found = sign.exec(line);
    if (found) items.push([found[found.length - 1]]);
    else items[items.length - 1].push(line.replace(/^ {2,3}/, ''));
  }
  return items.map(([first, ...more]) => `<li>${inline(first)}${more.length ? blocksOf(more).join('') : ''}</li>`).join('');
}
