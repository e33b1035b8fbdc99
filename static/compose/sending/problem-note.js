// A problem at the lower end of a window: what happened, what to do, and a button for it.

import { element } from '../../page/dom.js';
import { t } from '../../page/language.js';
import { shownName } from '../../page/names.js';

/** Refused recipients that are listed. */
const LISTED = 20;

export class ProblemNote {
  #timer = 0;

  /** @param {(action: import('./problems.js').Action, problem: import('./problems.js').Problem) => void} act */
  constructor(act) {
    this.act = act;
    this.text = element('div', { class: 'problem-text' });
    this.actions = element('div', { class: 'problem-actions' });
    this.node = element('div', { class: 'window-problem', role: 'alert' }, this.text, this.actions);
  }

  /** @param {import('./problems.js').Problem} problem */
  show(problem) {
    this.clear();
    const { message, advice, said, recipients = [], actions = [], wait } = problem;
    this.text.append(
      element('p', {}, element('strong', {}, message), advice ? ` ${advice}` : ''),
      ...(recipients.length ? [element('ul', { class: 'problem-recipients' }, ...recipients.slice(0, LISTED).map(([address, words]) => (
        element('li', {}, element('bdi', {}, shownName(address)), ' – ', element('span', { lang: 'en', dir: 'auto' }, shownName(words))))))] : []),
      ...(said && !recipients.length ? [element('small', {}, t('problem.said'), ' ', element('span', { lang: 'en', dir: 'auto' }, shownName(said)))] : []));
    const buttons = actions.map((action) => element('button', {
      type: 'button', class: 'button button-small', 'data-action': action, onclick: () => this.act(action, problem),
    }, t(`problem.action.${action}`)));
    this.actions.append(...buttons);
    const again = buttons.find(({ dataset }) => dataset.action === 'again');
    if (wait && again) this.#countDown(again, Math.min(wait, 3600));
  }

  clear() {
    clearTimeout(this.#timer);
    this.text.replaceChildren();
    this.actions.replaceChildren();
  }

  /** Trying again makes sense in so many seconds. @param {HTMLButtonElement} button @param {number} seconds */
  #countDown(button, seconds) {
    button.disabled = seconds > 0;
    const count = element('span', { 'aria-hidden': 'true' }, seconds > 0 ? ` ${t('sending.left', { seconds })}` : '');
    button.replaceChildren(t('problem.action.again'), count);
    if (seconds > 0) this.#timer = setTimeout(() => this.#countDown(button, seconds - 1), 1000);
  }
}
