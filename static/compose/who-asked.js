// Who opened a window, shown above its fields, and a warning of what a program has filled in that the person should look
// at: recipients outside of the user's own domains, and answers that go elsewhere. It stays until the mail is sent.

import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { shownName } from '../page/names.js';
import { locale, t } from '../page/language.js';
import { splitAddresses } from './addresses.js';
import { asciiDomain } from './recipients/look-alikes.js';
import { disguiseWords } from './recipients/problems.js';
import { fullName, recipientOf } from './recipients/recipient.js';

const TIME = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

/** @typedef {import('./recipients/recipient.js').Recipient} Recipient */

export class WhoAsked {
  #shown = '';

  /**
   * @param {import('./draft.js').Draft} draft that somebody else has opened
   * @param {import('../identities.js').Identity[]} identities
   * @param {Partial<Record<string, import('./recipients/recipient-field.js').RecipientField>>} fields by the draft's keys
   */
  constructor(draft, identities, fields) {
    this.draft = draft;
    this.identities = identities;
    this.fields = fields;
    this.own = new Set(identities.map((identity) => domainOf(addressOf(identity))).filter(Boolean));
    this.byToken = draft.by?.kind === 'token';
    /** The addresses that came with the window: what the person adds is theirs. */
    this.filled = new Set(splitAddresses(draft.filled ?? [draft.to, draft.cc, draft.bcc, draft.replyTo].join(', ')).flatMap((text) => recipientOf(text).keys));
    this.warning = element('div', { class: 'who-asked-warning', role: 'status' });
    this.node = element('section', { class: 'who-asked', 'aria-label': t('asked.title') },
      element('p', { class: 'who-asked-by' }, icon(this.byToken ? 'lock' : 'mail', 14), ...sentence(draft)), this.warning);
    this.reflect();
  }

  /** Looks at the recipients as they are by now. */
  reflect() {
    const { fields } = this;
    const replies = this.byToken ? (/** @type {Recipient} */ recipient) => (this.#answersElsewhere(recipient) ? t('asked.replyMark') : '') : () => '';
    const outside = this.byToken ? (/** @type {Recipient} */ recipient) => (this.#isOutside(recipient) ? t('asked.outsideMark') : '') : () => '';
    for (const key of ['to', 'cc', 'bcc']) fields[key]?.warn(outside);
    fields.replyTo?.warn(replies);
    const people = ['to', 'cc', 'bcc'].flatMap((key) => fields[key]?.recipients ?? []);
    const answers = fields.replyTo?.recipients ?? [];
    this.#show(people.filter((one) => outside(one)), answers.filter((one) => replies(one)), [...people, ...answers].filter(({ disguise }) => disguise));
  }

  /** @param {import('./recipients/recipient.js').Recipient[]} outside @param {import('./recipients/recipient.js').Recipient[]} answers @param {import('./recipients/recipient.js').Recipient[]} disguised */
  #show(outside, answers, disguised) {
    const parts = [
      ...(outside.length ? [named('asked.outside', outside)] : []),
      ...(answers.length ? [named('asked.reply', answers)] : []),
      ...disguised.map((recipient) => element('p', {}, disguiseWords(recipient))),
    ];
    const now = parts.map(({ textContent }) => textContent).join('\n');
    if (now === this.#shown) return;
    this.#shown = now;
    const summary = [
      ...(outside.length ? [t('asked.outsideShort', { count: outside.length })] : []),
      ...(answers.length ? [t('asked.replyShort')] : []),
      ...(disguised.length ? [t('asked.disguiseShort', { count: disguised.length })] : []),
    ];
    this.warning.replaceChildren(...(parts.length ? [
      // Stays in view while somebody scrolls.
      element('p', { class: 'who-asked-head' }, icon('warning', 18), element('span', {}, element('strong', {}, t('asked.check')), ` ${summary.join(' · ')}`)),
      element('div', { class: 'who-asked-words' }, ...parts),
    ] : []));
  }

  /** @param {import('./recipients/recipient.js').Recipient} recipient */
  #isOutside({ keys, domains }) {
    return domains.some((domain, at) => !this.own.has(domain) && this.filled.has(keys[at]));
  }

  /** @param {import('./recipients/recipient.js').Recipient} recipient */
  #answersElsewhere({ keys }) {
    const identity = this.identities.find(({ id }) => id === this.draft.identity);
    const own = identity ? [addressOf(identity), identity.replyTo ?? ''].filter(Boolean).flatMap((text) => recipientOf(text).keys) : [];
    return keys.some((key) => this.filled.has(key) && !own.includes(key));
  }
}

/** @param {import('./draft.js').Draft} draft @returns {(Node | string)[]} */
function sentence({ by, openedAt }) {
  const word = by?.kind === 'token' ? 'asked.token' : openedAt ? 'asked.user' : 'asked.userOnce';
  const name = by?.kind === 'token' ? shownName(by.remark || t('asked.unnamed')) : shownName(by?.login ?? '');
  const when = openedAt ? (new Date(openedAt).toDateString() === new Date().toDateString() ? TIME : DAY).format(openedAt) : '';
  const text = t(by?.kind === 'token' && !when ? 'asked.tokenOnce' : word, { name: '\u0000', id: by?.id ?? '', when });
  const [before, behind = ''] = text.split('\u0000');
  return [element('span', {}, before, element('strong', {}, element('bdi', {}, name)), behind)];
}

/** @param {'asked.outside' | 'asked.reply'} word @param {import('./recipients/recipient.js').Recipient[]} recipients */
function named(word, recipients) {
  const list = recipients.flatMap((one, at) => [...(at ? [', '] : []), element('bdi', {}, fullName(one))]);
  return element('p', {}, t(word, { count: recipients.length }), ' ', ...list);
}

/** Also where the server tells no more of an identity than how it is shown. @param {import('../identities.js').Identity} identity */
function addressOf({ email, name }) {
  return email ?? /<([^<>]+)>/.exec(name)?.[1] ?? '';
}

/** @param {string} address */
function domainOf(address) {
  return asciiDomain(address.slice(address.lastIndexOf('@') + 1));
}
