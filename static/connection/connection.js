// The WebSocket to the gateway: opens it, notices when it is dead, opens it again.

import { resolve } from '../api.js';
import { retryDelay } from './backoff.js';

const SUBPROTOCOL = 'quillgate.v1';
const CLOSE_SIGNED_OUT = 4401;
const CLOSE_TAKEN_OVER = 4408;

/** Milliseconds: from the attempt to `hello`, and from a frame that asks for it to its `pong`. */
const HELLO_LIMIT = 10_000;
const PONG_LIMIT = 5_000;
/** An attempt that has had no answer for so long gains nothing by being waited for when the network has changed. */
const ATTEMPT_FRESH = 2_000;
/** How often the wait for the next attempt looks at the clock: timers stand still while the machine sleeps. */
const LOOK = 1_000;
/** Attempts in a row that came to nothing, after which the reason may be that nobody is signed in any more. */
const DOUBTFUL = 2;
/** A connection that lived this long was a good one: the next loss starts again with a short wait. */
const GOOD_AFTER = 10_000;

const NO_TIMERS = { retry: 0, hello: 0, pong: 0, good: 0 };
const ANSWERED_BY_PONG = new Set(['ping', 'pulse', 'active']);

/** @import {PageFrame, ServerFrame} from './frames.js' */

/**
 * @typedef {{name: 'online' | 'connecting' | 'signed-out' | 'taken-over'} | {name: 'reconnecting', at: number}} ConnectionState
 *   `at`: when the next attempt starts, by `Date.now()`
 */

export class Connection {
  /** @type {WebSocket | null} */
  #socket = null;
  #online = false;
  #attempt = 0;
  /** When the attempt under way began. */
  #begun = 0;
  /** Milliseconds that the server asked to stay away for, for the next attempt only. @type {number | null} */
  #reconnectAfter = null;
  #timers = { ...NO_TIMERS };

  /**
   * @param {object} listener
   * @param {(state: ConnectionState) => void} listener.state
   * @param {(frame: ServerFrame) => void} listener.frame
   * @param {() => void} listener.signedOut the server has ended the session
   * @param {() => void} listener.doubt no attempt succeeds: a browser is not told when that is for want of a session
   */
  constructor(listener) {
    this.listener = listener;
    addEventListener('online', () => this.check());
    addEventListener('offline', () => this.send({ type: 'ping' }));
    document.addEventListener('resume', () => this.check());
    addEventListener('focus', () => this.#timers.retry && this.tryNow());
    // From one network to another: what was open on the first one is dead, and nothing says so.
    navigator.connection?.addEventListener('change', () => this.check());
    // In the back/forward cache a page runs no script, and yet its browser would go on answering the server's pings.
    addEventListener('pagehide', () => this.#leave());
    addEventListener('pageshow', (/** @type {PageTransitionEvent} */ event) => {
      if (event.persisted && this.#left) this.tryNow();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.check();
    });
    for (const kind of ['pointerdown', 'keydown', 'interaction']) {
      addEventListener(kind, () => this.#takenOver && this.tryNow(), { capture: true, passive: true });
    }
  }

  /** Another session took this one's place; it may come back when the person turns to this page. */
  #takenOver = false;
  /** Gave its connection up with the page, and is to have one again with it. */
  #left = false;

  start() {
    this.stop();
    this.#attempt = 0;
    this.#open();
  }

  stop() {
    this.#takenOver = false;
    this.#left = false;
    this.#forget()?.close(1000);
    this.listener.state({ name: 'signed-out' });
  }

  tryNow() {
    this.#takenOver = false;
    this.#left = false;
    this.#forget()?.close(1000);
    this.#open();
  }

  /** @param {PageFrame} frame @returns {boolean} whether the frame was handed to an open connection */
  send(frame) {
    if (!this.#online || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    if (ANSWERED_BY_PONG.has(frame.type) && !this.#timers.pong) {
      this.#timers.pong = setTimeout(() => this.#lost(), PONG_LIMIT);
    }
    return true;
  }

  /** After sleep or a change of network nobody tells a socket that it is dead: ask. */
  check() {
    const stuck = this.#socket && !this.#online && Date.now() - this.#begun > ATTEMPT_FRESH;
    if (this.#timers.retry || stuck) this.tryNow();
    else this.send({ type: 'ping' });
  }

  #leave() {
    this.#left = Boolean(this.#socket || this.#timers.retry);
    this.#forget()?.close(1000);
  }

  #open() {
    const url = resolve('ws');
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    this.#begun = Date.now();
    this.listener.state({ name: 'connecting' });
    this.#timers.hello = setTimeout(() => this.#lost(), HELLO_LIMIT);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(event.code);
  }

  /** @param {string} text */
  #receive(text) {
    clearTimeout(this.#timers.pong);
    this.#timers.pong = 0;
    /** @type {ServerFrame} */
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame.type === 'hello') {
      this.#online = true;
      clearTimeout(this.#timers.hello);
      this.#timers.good = setTimeout(() => { this.#attempt = 0; }, GOOD_AFTER);
      this.listener.state({ name: 'online' });
    } else if (frame.type === 'close') {
      this.#reconnectAfter = Number(frame.reconnectAfter) || 0;
    }
    this.listener.frame(frame);
  }

  /** @param {number} [code] missing: the server is silent */
  #lost(code) {
    this.#forget()?.close();
    if (code === CLOSE_SIGNED_OUT) {
      this.listener.state({ name: 'signed-out' });
      this.listener.signedOut();
    } else if (code === CLOSE_TAKEN_OVER) {
      this.#takenOver = true;
      this.listener.state({ name: 'taken-over' });
    } else {
      const delay = this.#reconnectAfter ?? retryDelay(this.#attempt);
      this.#attempt += 1;
      this.#reconnectAfter = null;
      const at = Date.now() + delay;
      this.#wait(at);
      this.listener.state({ name: 'reconnecting', at });
      if (this.#attempt > DOUBTFUL) this.listener.doubt();
    }
  }

  /** @param {number} at by `Date.now()` */
  #wait(at) {
    const left = at - Date.now();
    this.#timers.retry = setTimeout(() => {
      if (Date.now() < at) return this.#wait(at);
      this.#timers.retry = 0;
      this.#open();
    }, Math.min(LOOK, left));
  }

  /** Lets go of the socket and of every timer, so that nothing late from it can act. */
  #forget() {
    const socket = this.#socket;
    if (socket) socket.onmessage = socket.onclose = null;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#timers = { ...NO_TIMERS };
    this.#socket = null;
    this.#online = false;
    return socket;
  }
}
