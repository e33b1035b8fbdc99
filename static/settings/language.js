// The section "Language": that of the browser, or one of those that there are words for.

import { element, whenChosen } from '../page/dom.js';
import { LANGUAGES, chooseLanguage, chosenLanguage, language, t } from '../page/language.js';

/** @returns {import('./settings-page.js').Section} */
export function languageSection() {
  const select = element('select', { id: 'language', class: 'input', 'aria-describedby': 'language-note' },
    element('option', { value: '' }, t('language.automatic')),
    ...Object.entries(LANGUAGES).map(([tag, name]) => element('option', { value: tag, lang: tag }, name)));
  const reload = element('button', { type: 'button', class: 'button button-primary', hidden: true, onclick: () => location.reload() }, t('language.reload'));
  const shown = chosenLanguage();
  whenChosen(select, () => {
    chooseLanguage(select.value);
    reload.hidden = select.value === shown;
  });
  return {
    id: 'language',
    node: element('section', { class: 'card', 'aria-labelledby': 'language-title' },
      element('h2', { id: 'language-title', lang: language }, t('language.title')),
      element('div', { class: 'dialog-field' }, element('label', { for: 'language' }, t('language.label')), select),
      element('p', { class: 'card-note', id: 'language-note' }, t('language.note')),
      reload),
    open: () => { select.value = chosenLanguage(); },
  };
}
