// Tells the gateway that a page, and a person, is there. A page frozen by its browser answers the server's own pings
// but runs no script: only these frames prove life.

import { hasFocus } from '../page/in-view.js';

/** Milliseconds between two `active` frames. */
const ACTIVE_INTERVAL = 5_000;
/** Of the time between two pulses. A browser may run a hidden page's timers once a minute: a pulse a minute would be up
 * to two minutes late now and then, and the page taken for frozen. */
const EARLY = 0.9;

export class LifeSigns {
  #interval = 0;
  #lastActive = 0;
  #last = '';

  /** @param {import('./connection.js').Connection} connection */
  constructor(connection) {
    this.connection = connection;
    // `interaction` comes from the message frame, whose own events do not reach this document.
    for (const kind of ['pointerdown', 'keydown', 'wheel', 'interaction']) {
      addEventListener(kind, () => this.#active(), { capture: true, passive: true });
    }
    addEventListener('focus', () => this.#changed());
    addEventListener('blur', () => this.#changed());
    document.addEventListener('visibilitychange', () => this.#changed());
    addEventListener('viewchange', () => this.#changed());
    document.addEventListener('resume', () => this.#pulse());
  }

  /** @param {number} seconds between two pulses, as `hello` says */
  start(seconds) {
    clearInterval(this.#interval);
    if (seconds > 0) this.#interval = setInterval(() => this.#pulse(), seconds * 1000 * EARLY);
    this.#pulse();
  }

  stop() {
    clearInterval(this.#interval);
  }

  #pulse() {
    /** @type {import('./frames.js').PageFrame} */
    const pulse = { type: 'pulse', focused: hasFocus(), visible: document.visibilityState === 'visible' };
    this.#last = JSON.stringify(pulse);
    this.connection.send(pulse);
  }

  /** Moving into the message frame blurs this window though the page keeps the focus: that is no change. */
  #changed() {
    setTimeout(() => {
      const now = JSON.stringify({ type: 'pulse', focused: hasFocus(), visible: document.visibilityState === 'visible' });
      if (now !== this.#last) this.#pulse();
    });
  }

  #active() {
    const now = Date.now();
    if (now - this.#lastActive < ACTIVE_INTERVAL) return;
    if (this.connection.send({ type: 'active' })) this.#lastActive = now;
  }
}
