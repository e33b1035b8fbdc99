// How the attachments of a message go out: in it, or as links, and then for how long, with which password, how often.

import { element, whenChosen } from '../page/dom.js';
import { t } from '../page/language.js';
import { DownloadsField } from '../shares/downloads-field.js';
import { ExpirationField } from '../shares/expiration-field.js';
import { PASSWORD_LOST, PasswordField } from '../shares/password-field.js';
import { TYPES } from '../shares/words.js';
import { openerOf } from './draft.js';
import { isUpload, obstacle } from './possible.js';

const ATTACH = 'attach';

export class Sharing {
  /** @type {Record<string, {control: HTMLElement, focus: () => void}>} by attribute, for what the server says about one */
  controls = {};

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {() => void} changed
   */
  constructor(draft, changed) {
    this.draft = draft;
    /** @param {string} name */
    const id = (name) => `${name}-${draft.id}`;
    const by = draft.by ? openerOf(draft.by) : t('attachments.caller');
    this.choices = Object.entries(TYPES).map(([value, text]) => element('option', { value }, text));
    this.type = element('select', { id: id('type'), 'aria-describedby': id('type-hint') }, ...this.choices);
    whenChosen(this.type, () => {
      draft.attachmentType = this.type.value;
      changed();
    });
    this.hint = element('small', { class: 'sharing-hint', id: id('type-hint'), 'aria-live': 'polite' });
    this.expiration = new ExpirationField({ id: id('expiration'), value: draft.shareExpiration, by, changed: () => {
      draft.shareExpiration = this.expiration.value;
      changed();
    } });
    this.password = new PasswordField({
      id: id('password'), value: draft.sharePassword, kept: draft.hasSharePassword ? t('attachments.setBy', { by }) : '', lost: this.#passwordLost,
      changed: () => {
        draft.sharePassword = this.password.value;
        draft.sharePasswordTyped = Boolean(this.password.value);
        changed();
      },
    });
    this.downloads = new DownloadsField({ id: id('downloads'), value: draft.shareMaxDownloads, changed: () => { draft.shareMaxDownloads = this.downloads.value; } });
    this.options = [
      row(id('expiration'), t('shares.valid'), this.expiration.node),
      row(id('password'), t('shares.password'), this.password.node),
      row(id('downloads'), t('attachments.atMost'), this.downloads.node, element('span', { class: 'sharing-unit' }, t('attachments.inAll'))),
    ];
    this.node = element('div', { class: 'sharing', role: 'group', 'aria-label': t('attachments.howSent') }, row(id('type'), t('attachments.sendAs'), this.type, this.hint), ...this.options);
    this.controls = {
      attachmentType: { control: this.type, focus: () => this.type.focus() },
      shareExpiration: { control: this.expiration.select, focus: () => this.expiration.focus() },
      sharePassword: { control: this.password.input, focus: () => this.password.focus() },
      shareMaxDownloads: { control: this.downloads.node, focus: () => this.downloads.node.focus() },
    };
    this.reflect();
  }

  /** @param {string} field the attribute that something is wrong with, if it is one of these */
  showFault(field) {
    for (const [key, { control }] of Object.entries(this.controls)) control.setAttribute('aria-invalid', String(key === field));
  }

  /** What keeps the message from being sent like this. @returns {{message: string, field: string} | null} */
  get problem() {
    const { draft } = this;
    const type = draft.attachmentType ?? ATTACH;
    if (!draft.attachments.length) return null;
    const found = obstacle(type, draft.attachments);
    if (found) return { message: found.reason, field: 'attachmentType' };
    if (type === ATTACH) return null;
    if (draft.shareExpiration === '') return { message: t('attachments.lastDayMissing'), field: 'shareExpiration' };
    if (this.#passwordLost) return { message: PASSWORD_LOST, field: 'sharePassword' };
    if (Number.isNaN(this.downloads.value)) return { message: t('attachments.downloadsWrong'), field: 'shareMaxDownloads' };
    return null;
  }

  /** The message is too large for mail. */
  asLinks() {
    this.draft.attachmentType = this.draft.attachments.some(({ folder }) => folder) ? 'share_ro' : 'link';
    this.reflect();
  }

  reflect() {
    const { attachments } = this.draft;
    // A folder cannot go into a mail: nobody who adds one has chosen that.
    if (attachments.some(({ folder }) => folder) && (this.draft.attachmentType ?? ATTACH) === ATTACH) this.draft.attachmentType = 'share_ro';
    const type = this.draft.attachmentType ?? ATTACH;
    this.node.hidden = !attachments.length;
    this.type.value = type;
    for (const choice of this.choices) {
      const found = obstacle(choice.value, attachments);
      choice.disabled = choice.value !== type && found !== null;
      const way = TYPES[choice.value];
      choice.textContent = found ? t(found.kind === 'folders' ? 'attachments.notForFolders' : 'attachments.notForUploads', { way }) : way;
    }
    const found = obstacle(type, attachments);
    this.hint.textContent = found?.reason ?? (type === 'share_ro' && attachments.some(isUpload) ? t('attachments.uploadsAsCopies') : '');
    this.hint.classList.toggle('sharing-fault', found !== null);
    for (const option of this.options) option.hidden = type === ATTACH;
  }

  /** One was typed before a reload. */
  get #passwordLost() {
    return this.draft.sharePasswordTyped && !this.draft.sharePassword;
  }
}

/** @param {string} id @param {string} label @param {...Node} content */
function row(id, label, ...content) {
  return element('div', { class: 'field field-sharing' }, element('label', { for: id }, label), element('div', { class: 'sharing-content' }, ...content));
}
