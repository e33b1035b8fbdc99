// The words of the page, in the language of the person: one file per language in `language/`.

import english from '../language/en.js';

/** @typedef {keyof typeof english} Word what is said, whatever the language */

const KEY = 'quillgate.language';

/** @typedef {Record<string, string | Record<string, string>>} Words a text for each word, or one for each form that a number may take */

/** Beside English, which every page has. @type {Record<string, () => Promise<{default: Words}>>} */
const OTHERS = { de: () => import('../language/de.js') };

/** By the name that its speakers give it. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' };

/** @returns {string} as chosen on this device; empty: that of the browser */
export function chosenLanguage() {
  return localStorage.getItem(KEY) ?? '';
}

/** Takes effect when the page is loaded anew. @param {string} language of `LANGUAGES`, or empty for that of the browser */
export function chooseLanguage(language) {
  if (language) localStorage.setItem(KEY, language);
  else localStorage.removeItem(KEY);
}

/** The first one that the person reads and that there are words for. */
export const language = [chosenLanguage(), ...navigator.languages].map((tag) => tag.split('-')[0]).find((tag) => tag in LANGUAGES) ?? 'en';

/** How days and numbers are written: as the browser writes them where its language is the one of the page. */
export const locale = navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;

/** @type {Words} */
const words = language in OTHERS ? await OTHERS[language]().then(({ default: others }) => others, () => english) : english;
/** Whether its words are English, whatever the person reads. */
export const inEnglish = words === english;

const plurals = new Intl.PluralRules(locale);

/**
 * @param {Word} word
 * @param {Record<string, string | number>} [values] for what stands in braces; `count` also chooses between the forms
 *   that a language has for numbers
 * @returns {string}
 */
export function t(word, values = {}) {
  const found = words[word] ?? english[word];
  const text = typeof found === 'string' ? found : found[plurals.select(Number(values.count))] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => (name in values ? String(values[name]) : whole));
}

/** Fills in what index.html leaves to the language: the text of `data-t`, the label of `data-t-label`. @param {ParentNode} root */
export function translate(root) {
  document.documentElement.lang = language;
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-t]'))) node.textContent = t(/** @type {Word} */ (node.dataset.t));
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-t-label]'))) node.setAttribute('aria-label', t(/** @type {Word} */ (node.dataset.tLabel)));
}
