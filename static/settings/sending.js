// The section "Sending": for how long a send can be undone.

import { element } from '../page/dom.js';
import { t } from '../page/language.js';
import { UNDO_TIMES, keepUndoTime, undoTime } from '../compose/sending/undo-time.js';

export class SendingSection {
  id = 'sending';

  constructor() {
    this.choices = UNDO_TIMES.map((seconds) => element('input', { type: 'radio', name: 'undo-time', value: seconds, onchange: () => keepUndoTime(seconds) }));
    const labels = this.choices.map((choice, at) => element('label', { class: 'undo-time' }, choice,
      UNDO_TIMES[at] ? t('sendingSettings.seconds', { count: UNDO_TIMES[at] }) : t('sendingSettings.off')));
    this.node = element('section', { class: 'card', 'aria-labelledby': 'sending-title' },
      element('h2', { id: 'sending-title' }, t('sendingSettings.title')),
      element('fieldset', { class: 'undo-times', 'aria-describedby': 'undo-hint' },
        element('legend', {}, t('sendingSettings.undo')), ...labels),
      element('p', { class: 'card-note', id: 'undo-hint' }, t('sendingSettings.hint')));
  }

  open() {
    const chosen = undoTime();
    for (const choice of this.choices) choice.checked = Number(choice.value) === chosen;
  }
}
