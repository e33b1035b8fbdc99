// What word processors and spreadsheets put on the clipboard, made into what it means, before it is cleaned.

const createElement = document.createElement.bind(document);
const createWalker = document.createTreeWalker.bind(document);

const LEVEL = /mso-list:[^;]*\blevel(\d)/i;
const IGNORED = /mso-list:\s*ignore/i;
const NUMBERED = /^\s*\(?([\da-z]{1,4}|[ivxlcdm]+)[.)]/i;

/** @param {Document} source parsed from the clipboard @param {string} html what it was parsed from */
export function readOffice(source, html) {
  if (/mso-list/i.test(html)) makeLists(source);
  if (/urn:schemas-microsoft-com:office:excel|google-sheets-html-origin|content="?(LibreOffice|OpenOffice)[^>]*/i.test(html)) frameTables(source);
}

/** @param {Document} source @param {string} name @returns {HTMLElement[]} whatever names the source gives to its elements */
function elementsOf(source, name) {
  /** @type {HTMLElement[]} */
  const found = [];
  const walker = createWalker(source, NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = /** @type {HTMLElement} */ (walker.currentNode);
    if (node.localName === name) found.push(node);
  }
  return found;
}

/** Word writes lists as paragraphs, with their signs as text. @param {Document} source */
function makeLists(source) {
  /** The lists that are open, the outermost one first. @type {HTMLElement[]} */
  let lists = [];
  let last = null;
  for (const paragraph of elementsOf(source, 'p')) {
    const level = Number(LEVEL.exec(paragraph.getAttribute('style') ?? '')?.[1] ?? 0);
    if (!level) continue;
    const previous = previousElement(paragraph);
    if (previous !== last) lists = [];
    const sign = takeSign(paragraph);
    const name = NUMBERED.test(sign) ? 'ol' : 'ul';
    lists.length = Math.min(lists.length, level);
    if (lists.length === level && lists[level - 1].localName !== name) lists.length = level - 1;
    while (lists.length < level) {
      const list = createElement(lists.length + 1 === level ? name : 'ul');
      const parent = lists.at(-1)?.lastElementChild ?? lists.at(-1);
      if (parent) parent.append(list);
      else paragraph.before(list);
      lists.push(list);
    }
    const item = createElement('li');
    item.append(...paragraph.childNodes);
    lists[level - 1].append(item);
    paragraph.remove();
    last = lists[0];
  }
}

/** @param {Element} node */
function previousElement(node) {
  return node.previousElementSibling;
}

/** Removes the sign of a list item, and returns it. @param {HTMLElement} paragraph */
function takeSign(paragraph) {
  const sign = [...paragraph.querySelectorAll('[style]')].find((node) => IGNORED.test(node.getAttribute('style') ?? ''));
  sign?.remove();
  return sign?.textContent ?? '';
}

/** Lines between the cells, which a spreadsheet shows and does not write down. @param {Document} source */
function frameTables(source) {
  for (const table of elementsOf(source, 'table')) {
    table.removeAttribute('width');
    table.setAttribute('border', '1');
    table.setAttribute('cellpadding', '4');
    table.setAttribute('cellspacing', '0');
  }
}
