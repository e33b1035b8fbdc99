// What is asked before something happens to files: a name, a place, or whether it is really meant.

import { ask } from '../page/dialog.js';
import { element } from '../page/dom.js';
import { t } from '../page/language.js';
import { shownName } from '../page/names.js';
import { FolderBrowser } from './folder-browser.js';

/** @param {import('./user-files.js').UserFiles} files @param {string[]} folder @returns {Promise<string | null>} the new folder's name */
export function askForFolder(files, folder) {
  const field = nameField('');
  return ask({
    title: t('files.newFolder'), content: [field.node], submit: t('files.create'),
    act: async () => {
      const name = field.name();
      await files.makeFolder([...folder, name]).catch((error) => { throw taken(error, name); });
      return name;
    },
  });
}

/** @param {import('./user-files.js').UserFiles} files @param {string[]} folder @param {string} old @returns {Promise<string | null>} its new name */
export function askForName(files, folder, old) {
  const field = nameField(old);
  return ask({
    title: t('files.rename'), content: [field.node], submit: t('files.rename'),
    act: async () => {
      const name = field.name();
      if (name !== old) await files.move([...folder, old], [...folder, name]).catch((error) => { throw taken(error, name); });
      return name;
    },
  });
}

/**
 * Moves what can be moved; what cannot is named, and the question stays.
 * @param {import('./user-files.js').UserFiles} files @param {string[]} folder @param {string[]} names @returns {Promise<string[] | null>} where to
 */
export function askForPlace(files, folder, names) {
  const browser = new FolderBrowser(files, { start: folder });
  const left = [...names];
  return ask({
    title: t('files.move', { what: amount(names) }), content: [browser.node], submit: t('files.moveHere'), wide: true,
    act: async () => {
      const target = browser.folder;
      if (target.join('/') === folder.join('/')) throw new Error(t('files.sameFolder'));
      await each(left, (/** @type {string} */ name) => files.move([...folder, name], [...target, name]));
      return target;
    },
  });
}

/** @param {import('./user-files.js').UserFiles} files @param {string[]} folder @param {import('./user-files.js').Entry[]} entries */
export function askToDelete(files, folder, entries) {
  const names = entries.map(({ name }) => name);
  const folders = entries.some(({ type }) => type === 'folder');
  const left = [...names];
  return ask({
    title: t('files.deleteWhat', { what: amount(names) }),
    content: [element('p', {}, t(folders ? 'files.deleteFolder' : 'files.deleteFile'))],
    submit: t('files.delete'), danger: true,
    act: async () => {
      await each(left, (/** @type {string} */ name) => files.remove([...folder, name]).catch((error) => { if (error.status !== 404) throw error; }));
    },
  });
}

/** One after the other. What has failed is told in one sentence, and stays in `names` for the next attempt. @param {string[]} names @param {(name: string) => Promise<unknown>} act */
async function each(names, act) {
  /** @type {{name: string, error: Error}[]} */
  const failed = [];
  for (const name of names) await act(name).catch((error) => failed.push({ name, error: taken(error, name) }));
  names.splice(0, names.length, ...failed.map(({ name }) => name));
  if (failed.length) throw new Error(failed.length === 1 ? failed[0].error.message : t('files.andMore', { problem: failed[0].error.message, count: failed.length - 1 }));
}

/** @param {import('../api.js').ApiError} error @param {string} name @returns {Error} */
function taken(error, name) {
  return error.status === 409 ? new Error(t('files.nameTaken', { name: shownName(name), problem: error.message })) : error;
}

/** @param {string} value */
function nameField(value) {
  const input = element('input', { id: 'dialog-name', type: 'text', value, autocomplete: 'off', spellcheck: 'false', 'data-first': true });
  return {
    node: element('div', { class: 'dialog-field' }, element('label', { for: input.id }, t('files.name')), input),
    name: () => {
      const name = input.value.trim();
      if (!name) throw new Error(t('files.enterName'));
      if (name.includes('/')) throw new Error(t('files.noSlash'));
      return name;
    },
  };
}

/** @param {string[]} names */
function amount(names) {
  return names.length === 1 ? t('files.quoted', { name: shownName(names[0]) }) : t('files.items', { count: names.length });
}
