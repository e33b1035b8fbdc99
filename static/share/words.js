// What the scripts of a share's page say: the page brings it along, in its language.

/** @type {{locale: string, problems: Record<string, string>} & Record<string, any>} */
const WORDS = JSON.parse(document.documentElement.dataset.words ?? '');
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const FIGURE = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1, useGrouping: false });

/** How moments are written. */
export const LOCALE = WORDS.locale;

/** @param {string} word @param {Record<string, string>} [values] for what stands in braces @returns {string} */
export function t(word, values = {}) {
  return WORDS[word].replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name]);
}

/** As the server writes sizes. @param {number} bytes @returns {string} such as "820 B", "1.2 KiB", "48 MiB" */
function size(bytes) {
  let unit = 0;
  while (unit + 1 < UNITS.length && bytes >= 1024 ** (unit + 1)) unit += 1;
  const figure = Math.floor((bytes / 1024 ** unit) * 10) / 10;
  return `${FIGURE.format(figure < 100 ? figure : Math.floor(figure))} ${UNITS[unit]}`;
}

/** @param {number} done @param {number} all @returns {string} */
export function progress(done, all) {
  return t('progress', { done: size(done), all: size(all) });
}

/** Why something was not taken or given. @param {number} status 0: no answer at all @returns {string} */
export function problem(status) {
  return WORDS.problems[status] ?? WORDS.problems.other;
}
