// Which windows are open where not all of them can be: the others are bars.

import { roomy } from './arrange.js';
import { atWork } from './at-work.js';

export class Room {
  /** Windows that became bars for one in full screen, and come back after it. @type {import('./window.js').ComposeWindow[]} */
  #aside = [];

  /** @param {import('./dock.js').Dock} dock */
  constructor(dock) {
    this.dock = dock;
  }

  forget() {
    this.#aside = [];
  }

  /**
   * Minimises the oldest windows that are too many; never, unasked, the one with the focus, and none while somebody types.
   * @param {import('./window.js').ComposeWindow | null} newest what the room is for
   * @param {boolean} asked by the person, just now
   */
  make(newest, asked) {
    const still = !asked && atWork() !== null;
    const may = (/** @type {import('./window.js').ComposeWindow} */ window) => window !== newest && (asked || !(window.focused || window.draft.full || (still && newest)));
    for (let [rivals, most] = this.#rivals(still); rivals.length > most; [rivals, most] = this.#rivals(still)) {
      const victim = rivals.find(may) ?? newest ?? rivals[0];
      if (newest?.draft.full && roomy()) this.#aside.push(victim);
      victim.minimise();
    }
  }

  /** The full screen is over: what was open before it is open again. */
  comeBack() {
    for (const window of this.#aside.splice(0)) {
      if (!window.minimised || !this.dock.windows.includes(window)) continue;
      const { raised } = window.draft;
      window.restore();
      window.draft.raised = raised;
    }
  }

  /** The windows that want the same room, and how many of them have it. @param {boolean} still @returns {[import('./window.js').ComposeWindow[], number]} */
  #rivals(still) {
    const open = this.dock.shown;
    if (!roomy() || open.some(({ draft }) => draft.full)) return [open, 1];
    return [open.filter(({ placement }) => placement.docked), this.dock.arrangement.capacity(still)];
  }
}
