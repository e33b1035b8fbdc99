// A field for recipients: chips for those that are complete, and a line for the one that is being typed.

import { announce } from '../../page/announce.js';
import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { splitAddresses } from '../addresses.js';
import { Chip } from './chip.js';
import { ChipList } from './chip-list.js';
import { listenForClipboard } from './clipboard.js';
import { listenForDrags } from './drag.js';
import { Fold } from './fold.js';
import { listenForKeys } from './keys.js';
import { disguiseWords, wrongWords } from './problems.js';
import { recipientOf } from './recipient.js';
import { splitList, splitTyped, withFamilyName } from './split.js';

/** A bare address that a space completes: with a dot in its domain, which goes on otherwise. */
const COMPLETE = /^(?:[^\s"<>()[\],;:@]+@[^\s"<>()[\],;:@]+\.[^\s"<>()[\],;:@.]{2,}|[^<>]*<[^\s<>@]+@[^\s<>@]+>)\s$/;

export class RecipientField {
  /** Where a chip stood whose text is being edited. @type {number | null} */
  #place = null;
  /** Proposals, once somebody has been in the line. @type {import('./suggestions.js').Suggestions | null} */
  suggestions = null;
  /** @type {Promise<import('./suggestions.js').Suggestions | null> | null} */
  #loading = null;
  /** What was removed last. @type {{at: number, recipients: import('./recipient.js').Recipient[]} | null} */
  #removed = null;
  /** @type {(recipient: import('./recipient.js').Recipient) => string} */
  #warning = () => '';

  /**
   * @param {object} options
   * @param {string} options.id of the input
   * @param {string} options.label
   * @param {string} options.text as the draft holds it
   * @param {boolean} options.whole a program has filled it in: nothing is shortened
   * @param {(text: string) => void} options.changed
   * @param {() => {label: string, field: RecipientField, show: () => void}[]} options.others the other fields of the window
   */
  constructor({ id, label, text, whole, changed, others }) {
    this.label = label;
    this.whole = whole;
    this.changed = changed;
    this.others = others;
    this.list = new ChipList(label);
    this.noteId = `${id}-note`;
    this.hintId = `${id}-hint`;
    this.input = element('input', {
      id, class: 'recipients-input', type: 'text', placeholder: ' ', role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-describedby': `${this.hintId} ${this.noteId}`,
      autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', inputmode: 'email', enterkeyhint: 'done', dir: 'auto',
    });
    this.hint = element('span', { id: this.hintId, class: 'visually-hidden' });
    this.note = element('p', { id: this.noteId, class: 'field-note', hidden: true });
    this.more = element('button', { type: 'button', class: 'chips-more', hidden: true, onclick: () => this.input.focus() });
    this.box = element('div', { class: 'recipients', onmousedown: (event) => this.#pressed(event) }, this.list.node, this.more, this.input, this.hint);
    this.fold = new Fold(this);
    this.nodes = [this.box, this.note];
    this.input.addEventListener('input', (event) => this.#typed(event));
    this.input.addEventListener('compositionend', (event) => this.#typed(event));
    this.box.addEventListener('focusin', ({ target }) => {
      this.fold.open();
      if (target !== this.input) return;
      this.list.select([]);
      this.#suggestions();
    });
    this.box.addEventListener('focusout', ({ relatedTarget }) => this.#left(relatedTarget));
    listenForKeys(this);
    listenForClipboard(this);
    listenForDrags(this);
    this.#insert(splitAddresses(text).map(recipientOf));
    this.#reflect();
  }

  /** @returns {import('./recipient.js').Recipient[]} */
  get recipients() {
    return this.list.chips.map(({ recipient }) => recipient);
  }

  /** As the draft holds it, with what is half typed. */
  get text() {
    return [...this.recipients.map(({ text }) => text), this.input.value.trim()].filter(Boolean).join(', ');
  }

  get caret() {
    if (!this.box.contains(document.activeElement)) return null;
    const { value, selectionStart, selectionEnd } = this.input;
    return { typed: value, start: selectionStart, end: selectionEnd };
  }

  /** @param {{typed?: string, start?: number, end?: number}} caret what was half typed has become a chip since */
  restoreCaret({ typed = '', start = 0, end = 0 }) {
    const last = this.list.chips.at(-1);
    if (typed.trim() && !this.input.value && last?.recipient.text === typed.trim()) {
      this.list.remove([last]);
      this.input.value = typed;
      this.#reflect();
    }
    this.input.focus({ preventScroll: true });
    this.input.setSelectionRange(Math.min(start, this.input.value.length), Math.min(end, this.input.value.length));
  }

  /** Sets what there is to warn of. @param {(recipient: import('./recipient.js').Recipient) => string} warning a sentence, or nothing */
  warn(warning) {
    this.#warning = warning;
    this.list.chips.forEach((chip) => chip.warn(warning(chip.recipient)));
  }

  /** Makes chips of what was typed. @returns {boolean} whether there was anything */
  commit() {
    const parts = this.#together(splitList(this.input.value));
    this.input.value = '';
    this.suggestions?.close();
    if (parts.length) this.add(parts.map(recipientOf));
    else this.#place = null;
    return parts.length > 0;
  }

  /**
   * Adds recipients where one was being edited, or else at the end; each once.
   * @param {import('./recipient.js').Recipient[]} recipients @param {number} [at]
   */
  add(recipients, at = this.#place ?? Infinity) {
    at = Math.min(at, this.list.chips.length);
    this.#place = null;
    const known = new Set(this.recipients.flatMap(({ keys }) => keys));
    const fresh = recipients.filter(({ keys }) => {
      const isKnown = keys.length > 0 && keys.every((key) => known.has(key));
      keys.forEach((key) => known.add(key));
      return !isKnown;
    });
    this.#insert(fresh, at);
    this.#written();
    const twice = recipients.length - fresh.length;
    if (twice) this.tell(t('recipients.twice', { count: twice }));
    else if (fresh.length) announce(wrongWords(fresh) || (fresh.length === 1 ? t('recipients.added', { name: this.list.chips[at].label }) : t('recipients.addedMany', { count: fresh.length })));
  }

  /** @param {Chip[]} chips @param {{quietly?: boolean}} [how] `quietly`: they go elsewhere */
  remove(chips, { quietly = false } = {}) {
    if (!chips.length) return;
    const at = this.list.chips.indexOf(chips[0]);
    const inside = this.box.contains(document.activeElement);
    this.list.remove(chips);
    if (inside) {
      const next = this.list.chips[at] ?? this.list.chips[at - 1];
      if (next && document.activeElement !== this.input) this.list.go(next);
      else this.input.focus();
    }
    this.#written();
    if (quietly) return;
    this.#removed = { at, recipients: chips.map(({ recipient }) => recipient) };
    this.tell(chips.length === 1 ? t('recipients.removed', { name: chips[0].label }) : t('recipients.removedMany', { count: chips.length }), () => this.undo());
  }

  /** Brings back what was removed last. @returns {boolean} false: there is nothing */
  undo() {
    if (!this.#removed) return false;
    const { at, recipients } = this.#removed;
    this.#removed = null;
    this.add(recipients, Math.min(at, this.list.chips.length));
    this.input.focus();
    return true;
  }

  /** Makes the chip a text again. @param {Chip} chip */
  edit(chip) {
    this.commit();
    const at = this.list.chips.indexOf(chip);
    this.list.remove([chip]);
    this.#place = at;
    this.input.value = chip.recipient.text;
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    this.#written();
  }

  /** Says something below the field, until something else happens there. @param {string} text @param {() => void} [undo] */
  tell(text, undo) {
    announce(text);
    this.note.hidden = false;
    this.note.append(element('span', {}, text), ...(undo ? [element('button', { type: 'button', class: 'button button-quiet button-small', onclick: undo }, t('recipients.undo'))] : []));
  }

  /** Their script is fetched when it is needed; without it there are none. */
  #suggestions() {
    this.#loading ??= import('./suggestions.js').then(({ Suggestions }) => {
      this.suggestions = new Suggestions(this);
      this.note.after(this.suggestions.node);
      return this.suggestions;
    }, () => {
      this.#loading = null;
      return null;
    });
    return this.#loading;
  }

  /** @param {import('./recipient.js').Recipient[]} recipients @param {number} [at] */
  #insert(recipients, at = this.list.chips.length) {
    const chips = recipients.map((recipient) => new Chip(recipient, { whole: this.whole, remove: (chip) => this.remove([chip]) }));
    chips.forEach((chip) => chip.warn(this.#warning(chip.recipient)));
    this.list.insert(chips, at);
  }

  /** @param {Event} event `input`, or the end of a composition */
  #typed(event) {
    this.#removed = null;
    if (/** @type {InputEvent} */ (event).isComposing) return this.changed(this.text);
    const { value } = this.input;
    const { done, rest } = COMPLETE.test(value) ? { done: [value.trim()], rest: '' } : splitTyped(value);
    if (done.length || rest.trimStart() !== value) {
      this.input.value = rest.trimStart();
      if (done.length) this.add(this.#together(done).map(recipientOf));
    }
    this.#written();
    this.#suggestions().then((suggestions) => suggestions?.ask());
  }

  /**
   * What has become a chip too early: the family name of `Example, Anna <anna@example.org>`, and an address before its comment.
   * @param {string[]} done @returns {string[]}
   */
  #together(done) {
    const last = this.list.chips.at(-1);
    if (!last || this.#place !== null) return done;
    const { text, problem, name } = last.recipient;
    const isComment = !problem && !name && /^\(.*\)$/.test(done[0]);
    const both = isComment ? `${text} ${done[0]}` : problem === 'noAt' ? withFamilyName(text, done[0]) : null;
    if (!both || recipientOf(both).problem) return done;
    this.list.remove([last]);
    return [both, ...done.slice(1)];
  }

  #written() {
    this.changed(this.text);
    this.#reflect();
  }

  #reflect() {
    const { recipients } = this;
    const wrong = wrongWords(recipients);
    const disguises = recipients.map(disguiseWords).filter(Boolean).join(' ');
    this.note.replaceChildren(
      ...(wrong ? [element('span', { class: 'field-note-wrong' }, wrong)] : []),
      ...(disguises ? [element('span', { class: 'field-note-disguise' }, disguises)] : []));
    this.note.hidden = !wrong && !disguises;
    this.hint.textContent = recipients.length ? t('recipients.hint', { count: recipients.length }) : '';
    this.fold.fit();
  }

  /** A press beside the chips is meant for the line. @param {MouseEvent} event */
  #pressed(event) {
    if (![this.box, this.list.node, this.more].some((node) => node === event.target)) return;
    event.preventDefault();
    this.input.focus();
  }

  /** @param {EventTarget | null} next gets the focus */
  #left(next) {
    // When another program gets the focus, what is half typed stays so.
    if (this.box.contains(/** @type {Node | null} */ (next)) || this.box.contains(document.activeElement)) return;
    if (this.input.value) this.commit();
    this.suggestions?.close();
    this.list.select([]);
    this.fold.close();
  }
}
