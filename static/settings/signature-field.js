// The signature of an identity, in the same editor as messages. One that has no formatting stays text.

import { asText } from '../compose/body/as-text.js';
import { StandIn } from '../compose/body/stand-in.js';
import { isHtml, signatureHtml } from '../editor/signature.js';
import { addressBeside } from '../editor/text.js';
import { element } from '../page/dom.js';
import { t } from '../page/language.js';
import { styleSheet } from '../page/style-sheet.js';
import { toast } from '../page/toast.js';

/** Bytes that the server takes. */
const MOST = 65_536;
/** An image is a third longer in the signature than by itself. @type {import('../compose/body/images.js').Limits} */
const IMAGES = { asItIs: 30_000, most: 45_000, side: 480, left: 'identities.imageLeft' };

export class SignatureField {
  /** @type {import('../compose/body/rich-text.js').RichText | null} */
  #rich = null;
  /** What the editor made of the signature, and what is in it now; null: it is not there yet. @type {string | null} */
  #shown = null;
  #html = '';
  #closed = false;

  /** @param {{id: string, signature: string, send: () => void}} options `send`: Ctrl+Enter */
  constructor({ id, signature, send }) {
    this.signature = signature;
    this.send = send;
    this.standIn = new StandIn({
      label: t('identities.signature'),
      text: async () => (isHtml(signature) ? asText(signature).text : signature),
      again: () => this.open(),
    });
    this.error = element('p', { class: 'field-error', id: `${id}-error`, role: 'alert' });
    this.body = element('div', { class: 'body signature-body' }, this.standIn.node);
    this.node = element('div', { class: 'dialog-field', role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': `${id}-hint ${id}-error` },
      element('span', { class: 'label', id: `${id}-label` }, t('identities.signature')), this.body,
      element('small', { class: 'hint', id: `${id}-hint` }, t('identities.signatureHint')), this.error);
  }

  get isChanged() {
    return this.#shown !== null && this.#html !== this.#shown;
  }

  /** Loads the editor, which needs its place in the document. */
  async open() {
    this.standIn.wait();
    try {
      const [{ RichText }] = await Promise.all([import('../compose/body/rich-text.js'), styleSheet('editor')]);
      if (this.#closed) return;
      this.#rich ??= new RichText({
        changed: (html) => {
          this.#html = html;
          this.wrong('');
        },
        escape: () => {},
        send: this.send,
        attach: (files) => files.every(({ type }) => type.startsWith('image/')) || toast(t('identities.onlyImages')),
      }, { label: t('identities.signature'), placeholder: '' }, IMAGES);
      this.body.prepend(this.#rich.node);
      await this.#rich.show({ html: signatureHtml(this.signature), signed: true });
      this.#html = (await this.#rich.read()).html;
      this.#shown = this.#html;
    } catch {
      if (this.#closed) return;
      this.#rich?.drop();
      this.standIn.fail();
      return;
    }
    if (this.standIn.done()) this.focus();
  }

  /** @returns {Promise<string | null>} as it is to be stored; null: unchanged */
  async read() {
    if (this.#shown === null || !this.#rich) return null;
    const { html, text } = await this.#rich.read();
    if (html === this.#shown) return null;
    const value = isPlain(html) && !isHtml(text) ? text.trimEnd() : html;
    if (new TextEncoder().encode(value).length > MOST) throw Object.assign(new Error(t('identities.signatureTooLarge')), { details: { attribute: 'signature' } });
    return value;
  }

  focus() {
    if (this.standIn.failed) this.standIn.focus();
    else this.#rich?.focus();
  }

  /** @param {string | Node} why empty: nothing */
  wrong(why) {
    this.error.replaceChildren(why);
  }

  close() {
    this.#closed = true;
    this.standIn.close();
    this.#rich?.close();
  }
}

/** Lines and addresses, which text holds as well. @param {string} html */
function isPlain(html) {
  const { formatted, tree } = asText(html);
  return !formatted && [...tree.querySelectorAll('*')].every((node) => {
    if (node.localName === 'a') return !addressBeside(node);
    return ['div', 'p', 'br'].includes(node.localName);
  });
}
