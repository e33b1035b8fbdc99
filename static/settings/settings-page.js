// The page "Settings": sections one below the other, each in a file of its own; where there is room, a list of them beside.

import { byId, element } from '../page/dom.js';
import { t } from '../page/language.js';
import { routeHref } from '../page/route.js';
import { Devices } from './devices.js';
import { EmbedSection } from './embed.js';
import { Identities } from './identities.js';
import { KnownRecipients } from './known-recipients.js';
import { languageSection } from './language.js';
import { MailtoSection } from './mailto.js';
import { Notifications } from './notifications.js';
import { PasswordSection } from './password.js';
import { SendingSection } from './sending.js';
import { Tokens } from './tokens.js';

/**
 * The page with all of its sections, from top to bottom.
 * @param {{identitiesChanged: () => void}} told
 */
export function settingsPage({ identitiesChanged }) {
  return new SettingsPage([
    new Identities(identitiesChanged),
    new SendingSection(),
    new Notifications(),
    new PasswordSection(),
    new Devices(),
    new Tokens(),
    languageSection(),
    new KnownRecipients(),
    new MailtoSection(),
    new EmbedSection(),
  ]);
}

/**
 * @typedef {object} Section
 * @property {string} id part of the address: `#settings/<id>` brings it into view
 * @property {HTMLElement} node a card with a heading
 * @property {() => void | Promise<void>} open the page is shown: fetches what may have changed
 */

/** Milliseconds that a section may take to be fetched before it is shown without that. */
const PATIENCE = 5_000;

class SettingsPage {
  title = t('nav.settings');
  /** The sections have been filled once. */
  #known = false;
  node = byId('settings');

  /** @param {Section[]} sections from top to bottom */
  constructor(sections) {
    this.sections = sections;
    this.links = sections.map((section) => this.#link(section));
    this.body = element('div', { class: 'settings-body' },
      element('nav', { class: 'settings-nav', 'aria-label': t('settings.sections') }, element('ul', {}, ...this.links.map((link) => element('li', {}, link)))),
      element('div', { class: 'settings-sections' }, ...sections.map(({ node }) => node)));
    this.node.append(element('h1', { tabindex: -1 }, this.title), this.body);
  }

  /** @param {string[]} names the section to bring into view, if any */
  async open([id]) {
    const opening = this.sections.map((section) => section.open());
    if (!this.#known) {
      this.#known = true;
      await this.#reveal(opening);
    }
    this.#mark(id ?? this.sections[0]?.id);
    this.sections.find((section) => section.id === id)?.node.scrollIntoView();
  }

  /** One after the other, so that none moves when one above it is filled. @param {(void | Promise<void>)[]} opening */
  async #reveal(opening) {
    const late = new Promise((tell) => { setTimeout(tell, PATIENCE); });
    for (const { node } of this.sections) node.hidden = true;
    for (const [index, { node }] of this.sections.entries()) {
      await Promise.race([Promise.resolve(opening[index]).catch(() => {}), late]);
      node.hidden = false;
    }
  }

  /** @param {Section} section */
  #link({ id, node }) {
    const heading = node.querySelector('h2');
    heading?.setAttribute('tabindex', '-1');
    const show = (/** @type {MouseEvent} */ event) => {
      event.preventDefault();
      // As an address to come back to, without the page being opened anew.
      history.replaceState(history.state, '', routeHref('settings', [id]));
      this.#mark(id);
      node.scrollIntoView();
      heading?.focus({ preventScroll: true });
    };
    return element('a', { href: routeHref('settings', [id]), 'data-section': id, onclick: show }, heading?.textContent);
  }

  /** @param {string} [id] */
  #mark(id) {
    for (const link of this.links) link.setAttribute('aria-current', String(link.dataset.section === id));
  }
}
