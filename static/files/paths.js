// Paths of a user's files. Within the page a path is a list of names below the home.

import { resolve } from '../api.js';

/** @param {string} login @param {string[]} names @returns {string} `/home/<login>/…`, decoded, as `attachments` takes it */
export function pathOf(login, names) {
  return ['', 'home', login, ...names].join('/');
}

/** @param {string} path decoded @returns {string} where the API has it */
export function apiPath(path) {
  return `files${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** @param {string} path @returns {string} an address that downloads the file */
export function downloadHref(path) {
  return resolve(apiPath(path)).href;
}

/** @param {string} path @returns {string[]} the names below the home */
export function namesOf(path) {
  return path.split('/').filter(Boolean).slice(2);
}

/** A name that is not taken: "report (2).pdf". @param {string} name @param {Set<string>} taken */
export function freeName(name, taken) {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let number = 2;
  while (taken.has(`${stem} (${number})${extension}`)) number += 1;
  return `${stem} (${number})${extension}`;
}
