// The dock at the lower edge: which windows there are, which of them are open, and where the focus goes.

import { byId } from '../page/dom.js';
import { inView } from '../page/in-view.js';
import { styleSheet } from '../page/style-sheet.js';
import { Arrangement, pageResized, roomy } from './arrange.js';
import { atWork, isIdle, overlap } from './at-work.js';
import { bringIntoView, leadBars } from './bars.js';
import { cycleByKeys } from './cycle.js';
import { Elsewhere } from './elsewhere.js';
import { Keeper } from './keeper.js';
import { Room } from './room.js';

/** @import {ComposeWindow, DockEvents, WindowHost} from './window.js' */
/** @import {DraftStore} from './draft-store.js' */

/** Style sheets of windows, no part of the page's first view. */
const STYLES = ['compose', 'editor', 'recipients'];

export class Dock {
  /** @type {typeof ComposeWindow | null} */
  #Window = null;
  /** @type {ComposeWindow[]} the oldest first */
  windows = [];
  /** What windows know of the user. @type {{identities: {id: number, name: string}[], login: string}} */
  user = { identities: [], login: '' };
  #raised = 0;
  /** @type {{[Name in keyof DockEvents]: ((...given: DockEvents[Name]) => void)[]}} */
  #listeners = { seen: [], discarded: [], sent: [], closed: [] };

  /** @param {HTMLElement} node @param {HTMLElement} fallback takes the focus when the last window closes */
  constructor(node, fallback) {
    this.node = node;
    this.fallback = fallback;
    this.arrangement = new Arrangement(node);
    this.room = new Room(this);
    this.keeper = new Keeper(this);
    this.elsewhere = new Elsewhere(this);
    cycleByKeys(this);
    leadBars(this);
    addEventListener('resize', () => this.#resized());
    // A scroll bar that comes or goes changes the width, too.
    new ResizeObserver(() => this.#resized()).observe(document.documentElement);
    document.addEventListener('visibilitychange', () => this.#markSeen());
    addEventListener('viewchange', () => this.#markSeen());
    // Another page was asked for: it is to be seen.
    addEventListener('hashchange', () => this.shown.find(({ draft }) => draft.full && roomy())?.minimise());
    // Frames tell of what happens in them by `interaction`.
    for (const kind of ['pointerdown', 'focusin', 'interaction']) node.addEventListener(kind, (event) => this.#raise(event.target));
  }

  /** @template {keyof DockEvents} Name @param {Name} name @param {(...given: DockEvents[Name]) => void} listener */
  on(name, listener) {
    this.#listeners[name].push(listener);
  }

  /** @param {string} id */
  find(id) {
    return this.windows.find(({ draft }) => draft.id === id);
  }

  /** Fetches what windows are made of: the page is there before it. */
  async ready() {
    if (this.#Window) return;
    try {
      const [{ ComposeWindow }] = await Promise.all([import('./window.js'), ...STYLES.map(styleSheet)]);
      this.#Window = ComposeWindow;
    } catch (error) {
      dispatchEvent(new Event('importfailed'));
      throw error;
    }
  }

  /** Shows the windows that a user had. @param {DraftStore} store @param {Dock['user']} user */
  async enter(store, user) {
    this.user = user;
    this.keeper.use(store);
    const drafts = await store.load();
    if (this.keeper.store !== store) return;
    if (drafts.length) await this.ready();
    if (this.keeper.store !== store) return;
    drafts.filter(({ id }) => !this.find(id)).forEach((draft) => this.#add(draft));
    this.#raised = Math.max(0, ...this.windows.map(({ draft }) => draft.raised));
    this.elsewhere.watch(store);
    this.show();
    await this.#restoreFocus();
  }

  /** Puts the windows away without losing them. */
  leave() {
    this.keeper.use(null);
    this.elsewhere.watch(null);
    for (const window of this.windows.splice(0)) window.remove();
    this.room.forget();
  }

  hide() {
    this.node.hidden = true;
    this.#cover();
  }

  show() {
    this.node.hidden = false;
    for (const window of this.windows) window.sender.resume();
    this.room.make(null, false);
    this.#arrange();
    this.#markSeen();
  }

  /**
   * @param {import('./draft.js').Draft} draft
   * @param {{asked?: boolean}} [options] `asked`: by the person, just now
   */
  async open(draft, { asked = false } = {}) {
    await this.ready();
    const [idle, inUse] = [isIdle(), atWork()];
    const window = this.#add(draft);
    draft.raised = ++this.#raised;
    this.room.make(window, asked);
    this.#arrange();
    if (!asked && inUse && !window.minimised && overlap(inUse, window.node)) window.minimise();
    this.#markSeen();
    this.keeper.storeSoon(window);
    this.keeper.storeAll();
    if (asked || (idle && !window.minimised)) window.focus();
    return window;
  }

  /** Takes a window off the page that another tab has now. @param {ComposeWindow} window */
  give(window) {
    window.remove();
    this.#gone(window);
  }

  focus() {
    (this.fallback.checkVisibility() ? this.fallback : this.node).focus({ preventScroll: true });
  }

  /** @param {import('./draft.js').Draft} draft */
  #add(draft) {
    const host = { ...this.#host, closed: this.#closed.bind(this, this.keeper.store), returned: this.#returned.bind(this, this.keeper.store) };
    const window = new /** @type {typeof ComposeWindow} */ (this.#Window)(draft, { ...this.user, host });
    this.windows.push(window);
    this.node.append(window.node);
    return window;
  }

  /** @type {Omit<WindowHost, 'closed' | 'returned'>} */
  #host = {
    changed: (window) => this.keeper.storeSoon(window),
    minimised: (window) => {
      if (window.draft.full) this.room.comeBack();
      this.#arrange();
      bringIntoView(this.node, window.node);
      this.keeper.storeSoon(window);
    },
    restored: (window, focus) => {
      window.draft.raised = ++this.#raised;
      this.room.make(window, true);
      this.#arrange();
      this.#markSeen();
      this.keeper.storeSoon(window);
      if (focus) window.focus();
    },
    placed: (window) => {
      if (window.draft.full) this.room.make(window, true);
      else this.room.comeBack();
      this.#arrange();
      this.keeper.storeSoon(window);
    },
    discarded: (window) => this.#emit('discarded', window),
    sending: (window, hadFocus) => {
      if (window.draft.full) this.room.comeBack();
      this.#arrange();
      this.keeper.storeSoon(window);
      this.keeper.storeAll();
      if (hadFocus) (this.shown.at(-1) ?? this).focus();
    },
    sent: (window, answer) => {
      this.elsewhere.sent(window);
      this.#emit('sent', window, answer);
    },
  };

  /** Its message was not sent. After a sign-out that is for the next time. @param {DraftStore | null} store @param {ComposeWindow} window @param {boolean} focus */
  #returned(store, window, focus) {
    store?.save(window.draft);
    if (!this.windows.includes(window)) return;
    if (!window.minimised) this.#host.restored(window, focus);
    else this.#arrange();
  }

  /** A send may end after a sign-out: then the window has left the dock, but its draft is still stored. @param {DraftStore | null} store @param {ComposeWindow} window @param {boolean} hadFocus */
  #closed(store, window, hadFocus) {
    store?.remove(window.draft.id);
    this.#gone(window);
    if (hadFocus && !this.node.hidden) (this.shown.at(-1) ?? this).focus();
  }

  /** @param {ComposeWindow} window */
  #gone(window) {
    this.windows = this.windows.filter((other) => other !== window);
    this.keeper.forget(window);
    if (window.draft.full) this.room.comeBack();
    this.#arrange();
    this.#emit('closed', window);
  }

  /** Windows that are not minimised, the one raised last at the end. */
  get shown() {
    return this.windows.filter(({ minimised, sending }) => !minimised && !sending).sort((one, other) => one.draft.raised - other.draft.raised);
  }

  #arrange() {
    for (const { placement } of this.windows) placement.reflect();
    this.arrangement.arrange(this.windows.filter(({ sending }) => !sending), atWork() !== null);
    this.#stack();
    this.#cover();
    byId('skip-to-windows').hidden = this.node.hidden || !this.windows.length;
  }

  #resized() {
    pageResized();
    this.room.make(null, false);
    this.#arrange();
    this.#markSeen();
  }

  /** What the person turns to lies above the others. @param {EventTarget | null} target */
  #raise(target) {
    const window = this.windows.find(({ node }) => node.contains(/** @type {Node | null} */ (target)));
    if (!window || window.minimised || window.draft.raised === this.#raised) return;
    window.draft.raised = ++this.#raised;
    this.#stack();
  }

  /** The one in use above all. */
  #stack() {
    const open = this.shown.sort((one, other) => Number(one.focused) - Number(other.focused));
    open.forEach(({ node }, rank) => node.style.setProperty('--rank', String(rank)));
  }

  /** Behind a window in full screen there is nothing to tab to. */
  #cover() {
    const covered = !this.node.hidden && this.node.hasAttribute('data-full');
    for (const page of document.querySelectorAll('main')) page.inert = covered;
  }

  /** The window that had the focus when the page was left has it again, unless the person has already begun something else. */
  async #restoreFocus() {
    const window = this.shown.findLast(({ draft }) => draft.focused);
    this.windows.filter(({ draft }) => draft.focused).forEach((each) => this.keeper.storeSoon(each));
    await window?.shown.catch(() => {});
    if (window && isIdle() && !this.node.hidden && this.windows.includes(window)) window.focus();
  }

  #markSeen() {
    if (!inView() || this.node.hidden) return;
    for (const window of this.shown.filter(({ draft }) => !draft.seen)) {
      window.markSeen();
      this.keeper.storeSoon(window);
      this.#emit('seen', window);
    }
  }

  /** @template {keyof DockEvents} Name @param {Name} name @param {DockEvents[Name]} given */
  #emit(name, ...given) {
    this.#listeners[name].forEach((listener) => listener(...given));
  }
}
