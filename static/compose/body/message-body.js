// The message of one window: with formatting or as plain text, and from one to the other without loss; its signature.

import { element } from '../../page/dom.js';
import { ask } from '../../page/dialog.js';
import { t } from '../../page/language.js';
import { whenIdle } from '../../page/when-idle.js';
import { PlainText } from './plain-text.js';
import { signed, signedAnew } from './signature.js';

/** Not part of the first view of the page. */
const loadRichText = () => import('./rich-text.js');

/** Whether the person wrote plain text last. */
const PLAIN_KEY = 'quillgate.plainText';

/** Loads what the next message needs, once the browser has nothing else to do. */
export function prepareMessage() {
  whenIdle(() => loadRichText().then(({ prepareFrame }) => prepareFrame(), () => {}));
}

/** @typedef {import('./rich-text.js').RichText} RichText */

export class MessageBody {
  #fulfilShown = (/** @type {Promise<void> | void} */ _) => {};
  /** @type {RichText | null} */
  #rich = null;
  /** @type {PlainText | null} */
  #plain = null;
  /** Once the message is on its way into view. @type {Promise<void> | null} */
  #started = null;
  /** @type {ResizeObserver | null} */
  #observer = null;
  #closed = false;

  /**
   * @param {import('../draft.js').Draft} draft
   * @param {{changed: () => void, escape: () => void, send: () => void, attach: (files: File[]) => void}} listener
   * @param {{id: number, signature?: string | null, default?: boolean}[]} identities
   */
  constructor(draft, listener, identities) {
    this.draft = draft;
    this.listener = listener;
    this.identities = identities;
    this.identity = identities.find(({ id }) => id === draft.identity) ?? identities.find((identity) => identity.default) ?? identities[0] ?? null;
    draft.format ??= formatOf(draft);
    this.node = element('div', { class: 'body' });
    if (draft.format === 'plain') this.#usePlain();
    this.shown = new Promise((fulfil) => { this.#fulfilShown = fulfil; });
    // The window is in its place by then, or minimised.
    queueMicrotask(() => this.#startWhenVisible());
  }

  /** Takes over what was typed up to now, also what the frame has not reported yet. */
  async flush() {
    await this.#start();
    if (this.draft.format === 'plain') return;
    const rich = await this.#loaded();
    const { html, text } = await rich.read();
    this.#takeHtml(html);
    this.draft.body = text;
  }

  close() {
    this.#closed = true;
    this.#observer?.disconnect();
    this.#rich?.close();
    this.#fulfilShown();
  }

  focus() {
    if (this.#view) this.#view.focus();
    else this.#start().then(() => this.#view?.focus(), () => {});
  }

  get caret() {
    return this.#view?.caret ?? null;
  }

  /** @param {any} caret as `caret` gave it */
  restoreCaret(caret) {
    if (caret) this.#start().then(() => this.#view?.restoreCaret(caret), () => {});
    else this.focus();
  }

  get inert() {
    return this.node.inert;
  }

  set inert(inert) {
    this.node.inert = inert;
  }

  /** Swaps the signature, unless somebody has edited it. @param {{id: number, signature?: string | null} | number | null} identity */
  async setIdentity(identity) {
    const next = typeof identity === 'number' || identity === null ? this.identities.find(({ id }) => id === identity) ?? this.identities[0] : identity;
    const [before, after] = [this.identity?.signature ?? '', next?.signature ?? ''];
    this.identity = next;
    if (!this.#started || before === after) return;
    await this.#started;
    this.draft.signedBy = idOf(next);
    if (this.draft.format === 'rich') return this.#rich?.swapSignature(before, after);
    const { kept } = this.draft;
    if (this.#rich?.started && kept && this.draft.body === kept.text) {
      this.#rich.swapSignature(before, after);
      const { html, text } = await this.#rich.read();
      this.draft.kept = { html, text };
      this.#showPlain(text);
    } else {
      this.#showPlain(signedAnew(this.draft.body, await this.#asText(before), await this.#asText(after)));
    }
    this.listener.changed();
  }

  get #view() {
    return this.draft.format === 'rich' ? this.#rich : this.#plain;
  }

  #startWhenVisible() {
    if (this.#closed) return;
    if (this.node.checkVisibility()) {
      this.#fulfilShown(this.#start());
      return;
    }
    // A frame costs memory: windows that stay minimised do without.
    this.#fulfilShown();
    this.#observer = new ResizeObserver(() => {
      if (!this.node.checkVisibility()) return;
      this.#observer?.disconnect();
      this.#start().catch(() => {});
    });
    this.#observer.observe(this.node);
  }

  /** @returns {Promise<void>} */
  #start() {
    this.#started ??= this.draft.format === 'rich' ? this.#startRich() : this.#startPlain();
    return this.#started;
  }

  async #startRich() {
    const { draft } = this;
    const rich = await this.#useRich();
    await rich?.show({
      html: draft.bodyHtml ?? '', text: draft.bodyHtml === null ? draft.body : '',
      signature: this.identity?.signature ?? '', signed: draft.signedBy !== null, fresh: draft.by === null,
    });
  }

  async #startPlain() {
    const { draft } = this;
    const signature = draft.signedBy !== null ? '' : this.identity?.signature ?? '';
    this.#plain?.show(draft.body);
    const sign = await this.#asText(signature).catch(() => null);
    if (sign) this.#showPlain(signed(draft.body, sign));
    // What this page could not read, the server adds.
    if (sign === null) draft.signedBy = 0;
    else this.#sign();
  }

  /** @param {string} text */
  #showPlain(text) {
    this.draft.body = text;
    this.#plain?.show(text);
  }

  /** @param {string} signature @returns {Promise<string>} */
  async #asText(signature) {
    if (!/<\/?[a-z]/i.test(signature)) return signature;
    const rich = await this.#loaded();
    return rich.textOf(signature);
  }

  async #loaded() {
    const rich = await this.#loadRich();
    if (!rich) throw new Error(t('message.notRead'));
    return rich;
  }

  /** In the document, though perhaps hidden. @returns {Promise<RichText | null>} null: the window is closed */
  async #loadRich() {
    const { RichText } = await loadRichText();
    if (this.#rich || this.#closed) return this.#rich;
    const rich = new RichText({
      changed: (html) => {
        if (this.draft.format !== 'rich') return;
        this.#takeHtml(html);
        this.listener.changed();
      },
      escape: () => this.listener.escape(),
      send: () => this.listener.send(),
      attach: (files) => this.listener.attach(files),
      plain: () => this.#toPlain(),
    });
    this.#rich = rich;
    rich.node.hidden = true;
    this.node.append(rich.node);
    return rich;
  }

  /** What the frame says holds the signature, too. @param {string} html */
  #takeHtml(html) {
    this.draft.bodyHtml = html;
    this.#sign();
  }

  #sign() {
    this.draft.signedBy ??= idOf(this.identity);
  }

  /** @returns {Promise<RichText | null>} null: the window is closed */
  async #useRich() {
    const rich = await this.#loadRich();
    if (!rich || this.#closed) return null;
    this.draft.format = 'rich';
    rich.node.hidden = false;
    if (this.#plain) this.#plain.node.hidden = true;
    return rich;
  }

  #usePlain() {
    if (!this.#plain) {
      this.#plain = new PlainText({ changed: (text) => { this.draft.body = text; }, rich: () => this.#toRich() });
      this.node.append(this.#plain.node);
    }
    this.draft.format = 'plain';
    this.#plain.node.hidden = false;
    if (this.#rich) this.#rich.node.hidden = true;
  }

  async #toPlain() {
    const { draft } = this;
    const rich = await this.#loaded();
    const { html, text, formatted } = await rich.read();
    if (formatted && !await ask({ title: t('message.plainTitle'), content: [element('p', {}, t('message.plainWarning'))], submit: t('message.plainSubmit'), act: async () => true })) return this.focus();
    draft.kept = { html, text };
    draft.bodyHtml = null;
    this.#sign();
    this.#usePlain();
    this.#showPlain(text);
    this.#switched(true);
  }

  async #toRich() {
    const { draft } = this;
    const kept = draft.kept?.text === draft.body ? draft.kept : null;
    const rich = await this.#useRich();
    if (!rich) return;
    if (kept) draft.bodyHtml = kept.html;
    // The frame still has it, with all that can be undone.
    if (!kept || !rich.started) await rich.show(kept ? { html: kept.html, signed: true } : { text: draft.body, signature: this.identity?.signature ?? '', signed: true });
    if (!kept) this.#takeHtml((await rich.read()).html);
    draft.kept = null;
    this.#switched(false);
  }

  /** @param {boolean} plain */
  #switched(plain) {
    if (plain) localStorage.setItem(PLAIN_KEY, '1');
    else localStorage.removeItem(PLAIN_KEY);
    this.listener.changed();
    this.focus();
  }
}

/** @param {{id: number, signature?: string | null} | null | undefined} identity @returns {number} 0: what the signature is, only the server knows */
function idOf(identity) {
  return identity?.signature === undefined ? 0 : identity.id;
}

/** @param {import('../draft.js').Draft} draft @returns {'rich' | 'plain'} */
function formatOf({ by, body, bodyHtml }) {
  if (bodyHtml !== null) return 'rich';
  if (by && body) return 'plain';
  return localStorage.getItem(PLAIN_KEY) ? 'plain' : 'rich';
}
