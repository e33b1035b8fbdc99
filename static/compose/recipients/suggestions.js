// Proposals while somebody types a recipient: a list box below the line (ARIA 1.2, combobox with list autocompletion).

import { announce } from '../../page/announce.js';
import { element } from '../../page/dom.js';
import { icon } from '../../page/icons.js';
import { shownName } from '../../page/names.js';
import { t } from '../../page/language.js';
import { toast } from '../../page/toast.js';
import { highlighted, termsOf } from './highlight.js';
import { Known } from './known.js';
import { recipientWith } from './recipient.js';

/** Milliseconds from the last key to asking. */
const PAUSE = 100;
const SHOWN = 8;
/** Some of them are in the field already. */
const ASKED = 16;
/** Pixels to the line and to the edge of the page. */
const GAP = 4;

/** @typedef {{known: import('./known.js').KnownRecipient, recipient: import('./recipient.js').Recipient}} Proposal */

export class Suggestions {
  #known = new Known();
  #timer = 0;
  #asking = new AbortController();
  /** @type {(Proposal & {node: HTMLElement})[]} */
  #options = [];
  #active = -1;
  /** By the arrow keys, and not by itself. */
  #chosen = false;

  /** @param {import('./recipient-field.js').RecipientField} field */
  constructor(field) {
    this.field = field;
    const id = `${field.input.id}-suggestions`;
    this.node = element('ul', {
      id, class: 'suggestions', role: 'listbox', popover: 'manual', 'aria-label': t('recipients.suggestions'),
      // The line keeps the focus.
      onmousedown: (event) => event.preventDefault(),
      onclick: (event) => this.#clicked(event),
    });
    field.input.setAttribute('aria-controls', id);
  }

  get #isOpen() {
    return this.#options.length > 0;
  }

  /** Asks for those that fit what is typed by now. @param {{now?: boolean}} [how] `now`: also if that is nothing */
  ask({ now = false } = {}) {
    const query = this.field.input.value;
    clearTimeout(this.#timer);
    this.#asking.abort();
    if (!query.trim() && !now) return this.close();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.#timer = setTimeout(async () => {
      try {
        const found = await this.#known.find(query, ASKED, signal);
        if (!signal.aborted && document.activeElement === this.field.input) this.#show(found, query);
      } catch {
        // Without an answer there is nothing to propose.
        if (!signal.aborted) this.close();
      }
    }, now ? 0 : PAUSE);
  }

  close() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    if (!this.#isOpen) return;
    this.#options = [];
    this.#active = -1;
    if (this.node.matches(':popover-open')) this.node.hidePopover();
    this.node.replaceChildren();
    this.field.input.setAttribute('aria-expanded', 'false');
    this.field.input.removeAttribute('aria-activedescendant');
    removeEventListener('scroll', this.#place, true);
    removeEventListener('resize', this.#place);
  }

  /** @param {KeyboardEvent} event of the line @returns {boolean} whether the key is used up */
  key({ key, ctrlKey, metaKey, altKey, shiftKey }) {
    if (ctrlKey || metaKey) return false;
    if (!this.#isOpen) {
      if (key !== 'ArrowDown') return false;
      this.ask({ now: true });
      return true;
    }
    const { length } = this.#options;
    switch (key) {
      case 'ArrowDown': this.#choose(altKey ? this.#active : (this.#active + 2) % (length + 1) - 1); return true;
      case 'ArrowUp':
        if (altKey) this.close();
        else this.#choose((this.#active + 1 + length) % (length + 1) - 1);
        return true;
      case 'Escape': this.close(); return true;
      case 'Delete':
        if (this.#active < 0 || !(this.#chosen || shiftKey)) return false;
        this.#forget(this.#active);
        return true;
      case 'Enter':
      case 'Tab':
        if (this.#active < 0 || shiftKey) return false;
        this.#accept(this.#active);
        return true;
      default: return false;
    }
  }

  /** @param {import('./known.js').KnownRecipient[]} found @param {string} query */
  #show(found, query) {
    const taken = new Set(this.field.recipients.flatMap(({ keys }) => keys));
    const terms = termsOf(query);
    const options = found
      .map((known) => ({ known, recipient: recipientWith(known.name, known.address) }))
      .filter(({ recipient: { keys, problem } }) => !problem && !keys.some((key) => taken.has(key)))
      .slice(0, SHOWN);
    if (!options.length) return this.close();
    this.#options = options.map((option, at) => ({ ...option, node: this.#option(option, at, terms) }));
    this.node.replaceChildren(...this.#options.map(({ node }) => node));
    if (!this.node.matches(':popover-open')) {
      this.node.showPopover();
      addEventListener('scroll', this.#place, true);
      addEventListener('resize', this.#place);
    }
    this.#place();
    this.field.input.setAttribute('aria-expanded', 'true');
    this.#chosen = false;
    // Who has typed a whole address means that one.
    this.#activate(query.includes('@') && !options.some(({ known }) => known.address.toLowerCase().startsWith(query.trim().toLowerCase())) ? -1 : query.trim() ? 0 : -1);
    announce(t('recipients.found', { count: options.length }));
  }

  /** @param {Proposal} proposal @param {number} at @param {string[]} terms */
  #option({ known, recipient }, at, terms) {
    const name = shownName(known.name);
    return element('li', { id: `${this.node.id}-${at}`, class: 'suggestion', role: 'option', 'aria-selected': 'false' },
      element('span', { class: 'suggestion-text' },
        ...(name ? [element('bdi', { class: 'suggestion-name' }, ...highlighted(name, terms)), ' '] : []),
        element('bdi', { class: name ? 'suggestion-address' : 'suggestion-name' }, ...highlighted(recipient.shownAddress, terms)),
        element('span', { class: 'visually-hidden' }, `, ${t('recipients.forgetHint')}`)),
      // For the mouse and for fingers; the keyboard has Delete.
      element('span', { class: 'suggestion-forget', 'aria-hidden': 'true', title: t('recipients.forget') }, icon('close', 14)));
  }

  /** @param {number} at */
  #choose(at) {
    this.#chosen = true;
    this.#activate(at);
  }

  /** @param {number} at -1: none */
  #activate(at) {
    this.#active = at;
    this.#options.forEach(({ node }, index) => node.setAttribute('aria-selected', String(index === at)));
    const node = this.#options[at]?.node;
    if (node) {
      this.field.input.setAttribute('aria-activedescendant', node.id);
      node.scrollIntoView({ block: 'nearest' });
    } else this.field.input.removeAttribute('aria-activedescendant');
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const at = this.#options.findIndex(({ node }) => node.contains(target));
    if (at < 0) return;
    if (target.closest('.suggestion-forget')) this.#forget(at);
    else this.#accept(at);
  }

  /** @param {number} at */
  #accept(at) {
    const { recipient } = this.#options[at];
    this.field.input.value = '';
    this.close();
    this.field.add([recipient]);
  }

  /** @param {number} at */
  async #forget(at) {
    const { known } = this.#options[at];
    this.#options[at].node.remove();
    this.#options.splice(at, 1);
    if (this.#options.length) this.#choose(Math.min(at, this.#options.length - 1));
    else this.close();
    try {
      await this.#known.forget(known.address);
      announce(t('recipients.forgotten', { name: shownName(known.name || known.address) }));
    } catch (error) {
      toast(t('recipients.notForgotten'), { warning: /** @type {Error} */ (error).message });
    }
  }

  #place = () => {
    // The window was closed meanwhile.
    if (!this.node.isConnected) return this.close();
    const { left, right, top, bottom } = this.field.box.getBoundingClientRect();
    const { style } = this.node;
    const below = innerHeight - bottom - 2 * GAP;
    const above = top - 2 * GAP;
    const upwards = below < Math.min(160, this.node.scrollHeight) && above > below;
    style.insetInlineStart = 'auto';
    style.left = `${Math.max(GAP, left)}px`;
    style.width = `${Math.min(right - left, innerWidth - 2 * GAP)}px`;
    style.maxHeight = `${Math.max(96, Math.min(upwards ? above : below, 360))}px`;
    style.top = upwards ? 'auto' : `${bottom + GAP}px`;
    style.bottom = upwards ? `${innerHeight - top + GAP}px` : 'auto';
  };
}
