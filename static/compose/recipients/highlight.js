// Shows in a name or an address which letters fit what somebody has typed: beginnings of words, without accents.

import { element } from '../../page/dom.js';

const WORDS = /[\p{L}\p{N}\p{M}]+/gu;

/** @param {string} text */
const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

/** @param {string} query @returns {string[]} */
export function termsOf(query) {
  return plain(query).match(WORDS) ?? [];
}

/** @param {string} text @param {string[]} terms @returns {(Node | string)[]} */
export function highlighted(text, terms) {
  /** @type {(Node | string)[]} */
  const pieces = [];
  let from = 0;
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    const length = Math.max(0, ...terms.map((term) => beginning(word, term)));
    if (!length) continue;
    pieces.push(text.slice(from, index), element('mark', {}, word.slice(0, length)));
    from = index + length;
  }
  return [...pieces, text.slice(from)];
}

/** @param {string} word @param {string} term @returns {number} how many letters of the word are the term; 0: it begins otherwise */
function beginning(word, term) {
  if (!plain(word).startsWith(term)) return 0;
  let length = 1;
  while (length < word.length && plain(word.slice(0, length)).length < term.length) length += 1;
  return length;
}
