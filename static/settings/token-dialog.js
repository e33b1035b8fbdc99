// Making a token: what it is for, what it may do, until when. The token itself is shown once.

import { request, resolve } from '../api.js';
import { copyText } from '../page/copy.js';
import { dayFromToday } from '../page/dates.js';
import { ask } from '../page/dialog.js';
import { element, whenChosen } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { t } from '../page/language.js';
import { Field } from './field.js';
import { PRESETS, SCOPES, completed, scopeWord } from './scopes.js';

/** Days that people choose from. */
const DAYS = [30, 90, 365];
const USUAL = 90;

/** @returns {Promise<{token: string, scopes: string[]} | null>} what `POST /me/tokens` answered; null: given up */
export function askForToken() {
  const remark = new Field({
    id: 'token-remark', label: t('tokens.remark'), hint: t('tokens.remarkHint'),
    input: element('input', { type: 'text', class: 'input', dir: 'auto', maxlength: 100, autocomplete: 'off', 'data-first': true }),
  });
  const rights = rightsChoice();
  const until = endChoice();
  return ask({
    title: t('tokens.createTitle'), submit: t('tokens.create'), wide: true, content: [remark.node, rights.node, until.node],
    act: async () => {
      if (!remark.value.trim()) {
        remark.wrong(t('tokens.remarkMissing'));
        remark.input.focus();
        throw new Error('');
      }
      const scopes = rights.value();
      if (!scopes.length) throw new Error(t('tokens.scopesMissing'));
      return request('POST', 'me/tokens', { json: { remark: remark.value.trim(), scopes, until: until.value() } });
    },
  });
}

/** Presets, and single scopes for those who want others. */
function rightsChoice() {
  /** @param {'compose' | 'send' | 'all' | 'custom'} value */
  const radio = (value) => element('label', { class: 'choice' },
    element('input', { type: 'radio', name: 'token-rights', value, checked: value === 'compose' }),
    element('span', {}, element('strong', {}, t(`tokens.rights.${value}`)), element('small', { class: 'hint' }, t(`tokens.rights.${value}Hint`))));
  const boxes = SCOPES.map((scope) => element('input', { type: 'checkbox', value: scope }));
  const single = element('fieldset', { class: 'choices choices-single', hidden: true }, element('legend', { class: 'visually-hidden' }, t('tokens.rights.custom')),
    ...boxes.map((box, at) => element('label', { class: 'choice' }, box, element('span', {}, scopeWord(SCOPES[at])))));
  const node = element('fieldset', { class: 'choices' }, element('legend', { class: 'label' }, t('tokens.rights')),
    radio('compose'), radio('send'), radio('all'), radio('custom'), single);
  const chosen = () => /** @type {HTMLInputElement} */ (node.querySelector('input[type="radio"]:checked')).value;
  whenChosen(node, () => { single.hidden = chosen() !== 'custom'; });
  return {
    node,
    value: () => PRESETS[chosen()] ?? completed(boxes.filter((box) => box.checked).map((box) => box.value)),
  };
}

/** The last day of a token. */
function endChoice() {
  const select = element('select', { id: 'token-until', class: 'input' },
    ...DAYS.map((count) => element('option', { value: String(count) }, t('tokens.days', { count }))),
    element('option', { value: 'day' }, t('tokens.day')), element('option', { value: 'never' }, t('tokens.never')));
  select.value = String(USUAL);
  const day = element('input', { type: 'date', class: 'input', 'aria-label': t('tokens.lastDay'), min: dayFromToday(0), hidden: true });
  day.value = dayFromToday(USUAL);
  whenChosen(select, () => { day.hidden = select.value !== 'day'; });
  return {
    node: element('div', { class: 'dialog-field' }, element('label', { for: 'token-until' }, t('tokens.end')), element('div', { class: 'field-line' }, select, day)),
    value: () => (select.value === 'never' ? null : select.value === 'day' ? day.value : `+${select.value}days`),
  };
}

/** @param {{token: string, scopes: string[]}} made */
export async function showToken({ token, scopes }) {
  const { user: { login } } = await request('GET', 'me');
  const opens = scopes.some((scope) => ['mail', 'mail:compose'].includes(scope));
  const sends = !opens && scopes.includes('mail:send');
  const mail = `{"to": ["info@example.org"], "subject": "${t('tokens.exampleSubject')}"}`;
  const asks = `curl -u ${quoted(`${login}:${token}`)}`;
  const line = opens || sends
    ? `${asks} --json ${quoted(mail)} ${resolve(opens ? 'mail/compose' : 'mail').href}`
    : `${asks} ${resolve(scopes.includes('files') ? 'files/home' : 'mail').href}`;
  return ask({
    title: t('tokens.shownTitle'), submit: t('tokens.done'), wide: true, only: true,
    content: [
      element('p', {}, icon('warning', 16), ` ${t('tokens.shownOnce')}`),
      copied('token-secret', t('tokens.secret'), token, true),
      copied('token-curl', t('tokens.curl'), line, false),
    ],
    act: async () => true,
  });
}

/** As one word of a shell's line. @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A text with a button that copies it. @param {string} id @param {string} label @param {string} text @param {boolean} first it has the focus */
function copied(id, label, text, first) {
  const shown = element('pre', { id, class: 'secret', tabindex: 0, dir: 'ltr', 'aria-labelledby': `${id}-label` }, text);
  const word = element('span', {}, t('tokens.copy'));
  const copy = element('button', { type: 'button', class: 'button', 'data-first': first, 'aria-label': `${t('tokens.copy')}: ${label}`, onclick: () => copyText(text, word, () => getSelection()?.selectAllChildren(shown)) }, icon('copy', 16), word);
  return element('div', { class: 'dialog-field' }, element('span', { class: 'label', id: `${id}-label` }, label), element('div', { class: 'field-line' }, shown, copy));
}
