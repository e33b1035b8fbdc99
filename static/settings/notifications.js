// Settings: how the person hears of a window that opens while the page is out of sight.

import { closeNotification, notificationPermission, notify } from '../notify/notification.js';
import { playTone } from '../notify/sound.js';
import { callMe, callMeNoMore, hasPush, isCalled } from '../notify/web-push.js';
import { wish, wishes } from '../notify/wishes.js';
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';

const TEST = 'quillgate-test';

export class Notifications {
  id = 'notifications';

  constructor() {
    this.state = element('p', { class: 'setting-state', role: 'status' });
    this.allow = element('button', { type: 'button', class: 'button button-primary', onclick: () => this.#ask() }, t('notify.allow'));
    this.notification = switchOf('notify-notification', t('notify.notification'), t('notify.notificationHint'), (on) => wish({ notification: on }));
    this.sound = switchOf('notify-sound', t('notify.sound'), t('notify.soundHint'), (on) => this.#setSound(on));
    this.push = switchOf('notify-push', t('notify.push'), t('notify.pushHint'), (on) => this.#setPush(on));
    this.problem = element('p', { class: 'form-error', role: 'alert' });
    this.test = element('button', { type: 'button', class: 'button', onclick: () => this.#test() }, t('notify.test'));
    this.node = element('section', { class: 'card setting-section', id: 'settings-notifications', 'aria-labelledby': 'notify-title' },
      element('h2', { id: 'notify-title' }, t('notify.heading')),
      this.state, this.allow, this.notification.node, this.sound.node, this.push.node, this.problem,
      element('div', { class: 'setting-actions' }, this.test));
  }

  async open() {
    this.problem.textContent = '';
    this.#reflect();
    if (!hasPush) return;
    await this.#try(async () => { this.push.input.checked = await isCalled(); });
  }

  #reflect() {
    const permission = notificationPermission();
    const granted = permission === 'granted';
    this.state.replaceChildren(icon(granted ? 'check' : 'warning', 16), t(STATES[permission]));
    this.state.dataset.state = permission;
    this.allow.hidden = permission !== 'default';
    this.notification.input.checked = granted && wishes().notification;
    this.notification.input.disabled = !granted;
    this.sound.input.checked = wishes().sound;
    this.push.input.disabled = !granted || !hasPush;
    this.push.hint.textContent = hasPush ? t('notify.pushHint') : t('notify.pushMissing');
    if (!granted) this.push.input.checked = false;
  }

  async #ask() {
    await Notification.requestPermission();
    this.#reflect();
    if (this.allow.hidden) this.notification.input.focus();
  }

  /** @param {boolean} on */
  async #setSound(on) {
    wish({ sound: on });
    if (on) await this.#try(async () => { await playTone(); });
  }

  /** @param {boolean} on */
  async #setPush(on) {
    const { input } = this.push;
    input.disabled = true;
    const done = await this.#try(on ? callMe : callMeNoMore);
    input.disabled = false;
    if (!done) input.checked = !on;
    input.focus();
  }

  async #test() {
    if (wishes().sound) await this.#try(async () => { await playTone(); });
    if (notificationPermission() !== 'granted' || !wishes().notification) return;
    await this.#try(() => notify({ tag: TEST, title: t('notify.testTitle'), body: t('notify.testBody') }, () => closeNotification(TEST)));
  }

  /** @param {() => Promise<unknown>} work @returns {Promise<boolean>} whether it was done */
  async #try(work) {
    this.problem.textContent = '';
    try {
      await work();
      return true;
    } catch (error) {
      this.problem.textContent = t('notify.failed', { reason: /** @type {Error} */ (error).message });
      return false;
    }
  }
}

/** @type {Record<ReturnType<typeof notificationPermission>, import('../page/language.js').Word>} */
const STATES = { default: 'notify.stateDefault', granted: 'notify.stateGranted', denied: 'notify.stateDenied', unsupported: 'notify.stateUnsupported' };

/** @param {string} id @param {string} label @param {string} text what it means @param {(on: boolean) => void} changed */
function switchOf(id, label, text, changed) {
  const input = element('input', { type: 'checkbox', role: 'switch', id, class: 'switch', 'aria-describedby': `${id}-hint`, onchange: () => changed(input.checked) });
  const hint = element('span', { class: 'setting-hint', id: `${id}-hint` }, text);
  return { input, hint, node: element('div', { class: 'setting-row' }, element('div', {}, element('label', { for: id }, label), hint), input) };
}
