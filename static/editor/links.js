// Links: made while somebody types an address, set and removed on request.

import { isLink } from './allowed.js';
import { escaped } from './text.js';

const ADDRESS = /(?:^|[\s(<„“"'])((?:https?:\/\/|www\.)[^\s<>"]*[^\s<>".,;:!?')\]}]|[^\s<>"'(),;:@]+@[^\s<>"'(),;:@]+\.[a-z]{2,})[.,;:!?)\]>"'“”]*$/i;
const createRange = document.createRange.bind(document);
const getSelection = window.getSelection.bind(window);

/** @param {string} text as a person writes an address @returns {string} where it leads; empty: nowhere */
export function targetOf(text) {
  const trimmed = text.trim();
  if (!trimmed || /\s/.test(trimmed)) return '';
  if (/^[a-z][a-z\d+.-]*:/i.test(trimmed) && !/^[^/]*\.[^/]*:\d/.test(trimmed)) return isLink(trimmed) ? trimmed : '';
  const whole = /^[^\s/@]+@[^\s/@]+$/.test(trimmed) ? `mailto:${trimmed}` : `https://${trimmed}`;
  return isLink(whole) ? whole : '';
}

/** Makes a link of the address that ends where text was just typed. @param {import('./commands.js').Commands} commands @param {boolean} line whether a new line was begun */
export function linkTyped(commands, line) {
  const selection = getSelection();
  if (!selection?.isCollapsed || commands.around('a, pre, code')) return;
  const end = line ? endOfLineAbove(selection.anchorNode, commands.message) : { node: selection.anchorNode, offset: selection.anchorOffset - 1 };
  if (!(end?.node instanceof Text) || end.offset < 1 || end.node.parentElement?.closest('a, pre, code')) return;
  const [whole = '', address = ''] = ADDRESS.exec(end.node.data.slice(0, end.offset)) ?? [];
  const href = targetOf(address);
  if (!href) return;
  const start = end.offset - whole.length + whole.indexOf(address);
  const { anchorNode, anchorOffset } = selection;
  // What is left of the text node behind the link is another one afterwards.
  const behind = anchorNode === end.node ? createRange() : null;
  behind?.setStart(end.node, anchorOffset);
  selection.setBaseAndExtent(end.node, start, end.node, start + address.length);
  commands.createLink(href);
  if (!behind) return selection.collapse(anchorNode, anchorOffset);
  const link = commands.around('a');
  const rest = link?.nextSibling;
  if (rest instanceof Text) selection.collapse(rest, Math.min(rest.length, anchorOffset - start - address.length));
  else selection.collapseToEnd();
}

/** The end of the text of the block before that of a node. @param {Node | null} node @param {HTMLElement} message */
function endOfLineAbove(node, message) {
  const element = node instanceof Element ? node : node?.parentElement;
  const block = element?.closest('div, p, li, blockquote');
  let above = block && block !== message ? block.previousSibling : null;
  while (above?.lastChild) above = above.lastChild;
  return above instanceof Text ? { node: above, offset: above.length } : null;
}

/** @param {import('./commands.js').Commands} commands @returns {{href: string, text: string}} the link at the selection, or what is to become one */
export function linkAt(commands) {
  const link = commands.around('a[href]');
  return link ? { href: link.getAttribute('href') ?? '', text: link.textContent } : { href: '', text: getSelection()?.toString() ?? '' };
}

/** @param {import('./commands.js').Commands} commands @param {{href: string, text: string}} wanted an empty `href` removes the link */
export function setLink(commands, { href, text }) {
  const selection = getSelection();
  if (!selection) return;
  const link = commands.around('a[href]');
  if (link) selection.selectAllChildren(link);
  const target = targetOf(href);
  if (!target) {
    if (!href && link) commands.unlink();
  } else if (!selection.isCollapsed && (!text || text === String(selection))) {
    commands.createLink(target);
  } else {
    if (link) commands.unlink();
    commands.insertHtml(`<a href="${escaped(target)}">${escaped(text || href)}</a>`);
  }
  selection.collapseToEnd();
}
