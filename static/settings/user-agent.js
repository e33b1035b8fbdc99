// What a browser calls itself, in words. Nobody relies on it: it only helps to recognise a device.

import { t } from '../page/language.js';

/** The first that is found counts: most name others behind which they hide. @type {[RegExp, string][]} */
const BROWSERS = [
  [/\bEdgA?(?:iOS)?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'], [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\bThunderbird\//, 'Thunderbird'], [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'], [/\bSafari\//, 'Safari'], [/^curl\//, 'curl'],
];
/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'], [/\b(?:Macintosh|Mac OS X)\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux'],
];
const HAND_HELD = /\b(?:iPhone|iPad|Android)\b/;

/** @param {string | null} userAgent @returns {{name: string, handHeld: boolean}} such as "Firefox on Windows" */
export function browserOf(userAgent) {
  const text = userAgent ?? '';
  const find = (/** @type {typeof BROWSERS} */ known) => known.find(([pattern]) => pattern.test(text))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  const name = browser && system ? t('devices.on', { browser, system }) : browser ?? system ?? t('devices.unknown');
  return { name, handHeld: HAND_HELD.test(text) };
}
