// One recipient: what was written, and what it means.

import { shownName } from '../../page/names.js';
import { addressInName, asciiDomain, shownDomain } from './look-alikes.js';
import { parse, written } from './parse.js';

/**
 * @typedef {object} Recipient
 * @property {string} text as the draft holds it
 * @property {string} name empty: none was given
 * @property {string} address empty: a group, or no address at all
 * @property {string} shownAddress as it is safe to read
 * @property {string | null} group the name of a group
 * @property {string[]} members of a group, as they are safe to read
 * @property {string[]} keys one for each address, alike for every spelling of it
 * @property {string[]} domains in their ASCII form
 * @property {string | null} disguise another address that the name shows
 * @property {import('./parse.js').Problem | null} problem why the server will refuse it
 */

/** @param {string} text @returns {Recipient} */
export function recipientOf(text) {
  const { mailboxes, group, problem } = parse(text);
  const one = group === null ? mailboxes[0] : null;
  const disguise = mailboxes.map(({ name, address }) => addressInName(name, address)).find((shown) => shown !== null);
  return {
    text,
    name: shownName(one?.name ?? ''),
    address: one?.address ?? '',
    shownAddress: one ? safeAddress(one) : '',
    group: group === null ? null : shownName(group),
    members: group === null ? [] : mailboxes.map(shownMailbox),
    keys: mailboxes.map(keyOf),
    domains: mailboxes.map(({ domain }) => asciiDomain(domain)),
    disguise: disguise ? shownName(disguise) : null,
    problem,
  };
}

/** @param {string} name @param {string} address @returns {Recipient} */
export function recipientWith(name, address) {
  return recipientOf(written(name, address));
}

/** @param {import('./parse.js').Mailbox} mailbox */
function safeAddress({ address, domain }) {
  return shownName(address.slice(0, -domain.length) + shownDomain(domain));
}

/** @param {import('./parse.js').Mailbox} mailbox */
function shownMailbox(mailbox) {
  return mailbox.name ? `${shownName(mailbox.name)} <${safeAddress(mailbox)}>` : safeAddress(mailbox);
}

/** @param {{address: string, domain: string}} mailbox */
function keyOf({ address, domain }) {
  return `${address.slice(0, -domain.length)}${asciiDomain(domain)}`.toLowerCase();
}

/** @param {Recipient} recipient @returns {boolean} whether the name alone would mislead, or there is none */
export function showsAddress({ name, disguise }) {
  return !name || Boolean(disguise) || name.includes('\u{fffd}');
}

/** @param {Recipient} recipient @returns {string} what it is called where there is room for little */
export function shortName(recipient) {
  if (recipient.problem) return shownName(recipient.text);
  if (recipient.group !== null) return `${recipient.group} (${recipient.members.length})`;
  return showsAddress(recipient) ? fullName(recipient) : recipient.name;
}

/** @param {Recipient} recipient @returns {string} name and address, or what a group holds */
export function fullName(recipient) {
  const { name, shownAddress, group, members, problem, text } = recipient;
  if (problem) return shownName(text);
  if (group !== null) return `${group}: ${members.join(', ')};`;
  return name ? `${name} <${shownAddress}>` : shownAddress;
}
