// Takes apart what people type and paste as recipients: lists, address books of mail programs, columns of a spreadsheet.

import { cutAddresses } from '../addresses.js';
import { parse, quoted, written } from './parse.js';

/** `Anna Example anna@example.org`, `Anna [mailto:anna@example.org]`, `'anna@example.org'` */
const LOOSE = /^(.*?)[\s<([{'"‘“]*(?:mailto:)?([^\s<>()[\]{},;:'"]+@[^\s<>()[\]{},;:'"]+?)(?:\?\S*)?[\s>)\]}'"’”.]*$/is;

/** @param {string} text @returns {string[]} the recipients in a list */
export function splitList(text) {
  const rows = text.includes('\t') ? rowsOf(text) : null;
  return (rows ?? mergeNames(cutAddresses(text))).map(tidy);
}

/**
 * A list that is being typed.
 * @param {string} text @returns {{done: string[], rest: string}} `rest`: what no separator has ended yet
 */
export function splitTyped(text) {
  const parts = cutAddresses(text, { keepRest: true });
  const rest = parts.pop()?.text ?? '';
  return { done: mergeNames(parts), rest };
}

/**
 * Takes `Example, Anna <anna@example.org>` for one person: `Example` alone would be no address.
 * @param {{text: string, end: string}[]} parts
 */
function mergeNames(parts) {
  const merged = [];
  for (let at = 0; at < parts.length; at += 1) {
    const { text, end } = parts[at];
    const together = end === ',' && parts[at + 1] ? withFamilyName(text, parts[at + 1].text) : null;
    merged.push(together ?? text);
    if (together) at += 1;
  }
  return merged.filter(Boolean);
}

/** @param {string} family @param {string} rest @returns {string | null} */
export function withFamilyName(family, rest) {
  const [, given, address] = /^([^<>@"]+)(<[^<>]+@[^<>]+>)$/.exec(rest) ?? [];
  return address && /^[^<>@":;()[\]\\]+$/.test(family) ? `${quoted(`${family}, ${given.trim()}`)} ${address}` : null;
}

/** What is surely wrong as it is, and surely meant as an address. @param {string} part */
function tidy(part) {
  if (!parse(part).problem) return part;
  const [, before, address] = LOOSE.exec(part) ?? [];
  const name = before?.replace(/^[\s'"‘“]+|[\s'"’”,:]+$/g, '');
  const better = address && !name.includes('@') ? written(name, address) : null;
  return better && !parse(better).problem ? better : part;
}

/** Lines of cells: the address is in one of them, and the cells before it, or else behind it, are the name. @param {string} text */
function rowsOf(text) {
  const rows = text.split(/\r\n?|\n/).filter((line) => line.trim()).map((line) => line.split('\t').map(unquoted));
  const isAddress = (/** @type {string} */ cell) => cell.includes('@');
  const withAddress = rows.filter((cells) => cells.some(isAddress));
  if (!withAddress.length) return null;
  return withAddress.flatMap((cells) => {
    const found = cells.filter(isAddress);
    if (found.length > 1) return found.flatMap(splitList);
    const at = cells.findIndex(isAddress);
    const named = (/** @type {string} */ cell) => /\p{L}/u.test(cell);
    const before = cells.slice(0, at).filter(named);
    const name = before.length ? before.join(' ') : cells.slice(at + 1).find(named) ?? '';
    const list = splitList(found[0]);
    return list.length === 1 && name && parse(list[0]).mailboxes[0]?.name === '' ? [written(name, list[0].replace(/^<|>$/g, ''))] : list;
  });
}

/** Spreadsheets put quotes around cells that hold quotes or line ends. @param {string} cell */
function unquoted(cell) {
  const text = cell.trim();
  return /^".*"$/s.test(text) && !text.includes('@') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
