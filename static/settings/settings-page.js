// The page "Settings": sections one below the other, each in a file of its own.

import { byId, element } from '../page/dom.js';
import { t } from '../page/language.js';
import { EmbedSection } from './embed.js';
import { KnownRecipients } from './known-recipients.js';
import { languageSection } from './language.js';
import { MailtoSection } from './mailto.js';
import { Notifications } from './notifications.js';
import { SendingSection } from './sending.js';

/** The page with all of its sections, from top to bottom. */
export function settingsPage() {
  return new SettingsPage([
    new SendingSection(),
    new Notifications(),
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
 * @property {() => void} open the page is shown: fetches what may have changed
 */

class SettingsPage {
  title = t('nav.settings');
  node = byId('settings');

  /** @param {Section[]} sections from top to bottom */
  constructor(sections) {
    this.sections = sections;
    this.node.append(element('h1', { tabindex: -1 }, this.title), ...sections.map(({ node }) => node));
  }

  /** @param {string[]} names the section to bring into view, if any */
  open([id]) {
    this.sections.forEach((section) => section.open());
    const wanted = this.sections.find((section) => section.id === id);
    wanted?.node.scrollIntoView();
  }
}
