// The message of one window: with formatting or as plain text, and from one to the other without loss; its signature.

import { element } from '../../page/dom.js';
import { ask } from '../../page/dialog.js';
import { t } from '../../page/language.js';
import { toast } from '../../page/toast.js';
import { whenIdle } from '../../page/when-idle.js';
import { PlainText } from './plain-text.js';
import { signed, signedAnew } from './signature.js';
import { StandIn } from './stand-in.js';

/** Not part of the first view of the page. */
const loadRichText = () => import('./rich-text.js').catch(() => {
  dispatchEvent(new Event('importfailed'));
  throw new Error(t('message.notShown'));
});

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
  /** Once the message is on its way into view, or is there. @type {Promise<void> | null} */
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
    this.standIn = new StandIn({
      label: t('message.label'),
      text: async () => (await this.#unshown()).text,
      again: () => this.draft.format === 'rich' && this.#start().catch(() => {}),
      plain: () => this.#toPlainUnshown(),
    });
    this.node = element('div', { class: 'body' });
    if (draft.format === 'plain') this.#usePlain();
    this.node.append(this.standIn.node);
    /** Rejected: there is no editor for it. @type {Promise<void>} */
    this.shown = new Promise((fulfil) => { this.#fulfilShown = fulfil; });
    this.shown.catch(() => {});
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
    this.standIn.close();
    this.#rich?.close();
    this.#fulfilShown();
  }

  focus() {
    if (this.standIn.failed) this.standIn.focus();
    else if (this.#view) this.#view.focus();
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
    try {
      await this.#started;
    } catch {
      // Once it can be shown, it is signed as it should be then.
      return;
    }
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

  /** Nobody waits for the editor any more: the person may go on without it meanwhile. */
  get #isOver() {
    return this.#closed || this.draft.format === 'plain';
  }

  async #startRich() {
    const { draft } = this;
    this.standIn.wait();
    try {
      const rich = await this.#loadRich();
      if (!rich || this.#isOver) return;
      this.#showRich(rich);
      await rich.show({
        html: draft.bodyHtml ?? '', text: draft.bodyHtml === null ? draft.body : '',
        signature: this.identity?.signature ?? '', signed: draft.signedBy !== null, fresh: draft.by === null,
      });
    } catch (error) {
      if (this.#isOver) return;
      this.#started = null;
      const focused = this.#rich?.focused;
      this.#rich?.drop();
      this.standIn.fail();
      if (focused) this.standIn.focus();
      throw error;
    }
    if (this.#isOver) return;
    this.#signAgain();
    if (this.standIn.done()) this.focus();
  }

  /** The identity was changed while there was no editor. */
  #signAgain() {
    const signer = this.identities.find(({ id }) => id === this.draft.signedBy);
    if (!signer || signer === this.identity) return;
    this.draft.signedBy = idOf(this.identity);
    this.#rich?.swapSignature(signer.signature ?? '', this.identity?.signature ?? '');
  }

  async #startPlain() {
    const { draft } = this;
    const signature = draft.signedBy !== null ? '' : this.identity?.signature ?? '';
    this.#plain?.show(draft.body);
    // There is a message to be seen, whatever it takes to sign it.
    this.#fulfilShown();
    const sign = await this.#asText(signature).catch(() => null);
    if (this.#closed) return;
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
      plain: () => this.#toPlain().catch((error) => toast(error.message)),
    }, { label: t('message.label'), placeholder: t('message.placeholder') });
    this.#rich = rich;
    rich.node.hidden = true;
    this.node.prepend(rich.node);
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

  /** @param {RichText} rich */
  #showRich(rich) {
    this.draft.format = 'rich';
    rich.node.hidden = false;
    if (this.#plain) this.#plain.node.hidden = true;
  }

  #usePlain() {
    if (!this.#plain) {
      this.#plain = new PlainText({ changed: (text) => { this.draft.body = text; }, rich: () => this.#toRich() });
      this.node.prepend(this.#plain.node);
    }
    this.draft.format = 'plain';
    this.#plain.node.hidden = false;
    if (this.#rich) this.#rich.node.hidden = true;
  }

  async #toPlain() {
    const { draft } = this;
    const rich = await this.#loaded();
    const { html, text, formatted } = await rich.read();
    if (formatted && !await mayLoseLooks()) return this.focus();
    draft.kept = { html, text };
    draft.bodyHtml = null;
    this.#sign();
    this.#usePlain();
    this.#showPlain(text);
    this.#switched(true);
  }

  /** What the editor would hold, if it were there. @returns {Promise<{html: string, text: string, formatted: boolean}>} */
  async #unshown() {
    const { body, bodyHtml } = this.draft;
    if (bodyHtml === null) return { html: '', text: body, formatted: false };
    const { asText } = await import('./as-text.js');
    return { html: bodyHtml, ...asText(bodyHtml) };
  }

  /** As plain text, without the editor. */
  async #toPlainUnshown() {
    const { draft } = this;
    const { html, text, formatted } = await this.#unshown();
    if (formatted && !await mayLoseLooks()) return;
    // It may have come up by now.
    if (this.#closed || draft.format === 'plain' || !this.standIn.shown) return;
    draft.format = 'plain';
    this.#rich?.drop();
    this.standIn.done();
    draft.bodyHtml = null;
    draft.body = text;
    this.#usePlain();
    if (html) {
      // As it was, with the signature that it has: the server adds what is missing.
      draft.kept = { html, text };
      draft.signedBy ??= 0;
      this.#plain?.show(text);
      this.#started = Promise.resolve();
    } else this.#started = this.#startPlain();
    this.listener.changed();
    this.focus();
  }

  /** The plain text stays until there is something in its place. */
  async #toRich() {
    const { draft } = this;
    const plain = this.#plain;
    if (!plain || plain.waiting) return;
    plain.wait(true);
    try {
      await this.#started;
      const rich = await this.#loaded();
      let html = '';
      for (let text = null; text !== draft.body && !this.#closed;) {
        text = draft.body;
        const kept = draft.kept?.text === text ? draft.kept : null;
        // The frame still has it, with all that can be undone.
        if (!kept || !rich.started) await rich.show(kept ? { html: kept.html, signed: true } : { text, signature: this.identity?.signature ?? '', signed: true });
        html = kept?.html ?? (await rich.read()).html;
      }
      if (this.#closed) return;
      this.#takeHtml(html);
      draft.kept = null;
      this.#showRich(rich);
      this.#switched(false);
    } catch {
      if (this.#closed) return;
      this.#rich?.drop();
      toast(t('message.richFailed'), { warning: t('message.richFailedWhy') });
    } finally {
      plain.wait(false);
    }
  }

  /** @param {boolean} plain */
  #switched(plain) {
    if (plain) localStorage.setItem(PLAIN_KEY, '1');
    else localStorage.removeItem(PLAIN_KEY);
    this.listener.changed();
    const { activeElement } = document;
    if (activeElement === document.body || this.node.contains(activeElement)) this.focus();
  }
}

/** @param {{id: number, signature?: string | null} | null | undefined} identity @returns {number} 0: what the signature is, only the server knows */
function idOf(identity) {
  return identity?.signature === undefined ? 0 : identity.id;
}

/** @returns {Promise<boolean | null>} the person has been told what plain text does not have, and wants it */
function mayLoseLooks() {
  return ask({ title: t('message.plainTitle'), content: [element('p', {}, t('message.plainWarning'))], submit: t('message.plainSubmit'), act: async () => true });
}

/** @param {import('../draft.js').Draft} draft @returns {'rich' | 'plain'} */
function formatOf({ by, body, bodyHtml }) {
  if (bodyHtml !== null) return 'rich';
  if (by && body) return 'plain';
  return localStorage.getItem(PLAIN_KEY) ? 'plain' : 'rich';
}
