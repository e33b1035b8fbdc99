// What is asked before something happens to files: a name, a place, or whether it is really meant.

import { ask } from '../page/dialog.js';
import { element } from '../page/dom.js';
import { shownName } from '../page/names.js';
import { FolderBrowser } from './folder-browser.js';

/** @param {import('./user-files.js').UserFiles} files @param {string[]} folder @returns {Promise<string | null>} the new folder's name */
export function askForFolder(files, folder) {
  const field = nameField('');
  return ask({
    title: 'New folder', content: [field.node], submit: 'Create',
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
    title: 'Rename', content: [field.node], submit: 'Rename',
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
    title: `Move ${amount(names)}`, content: [browser.node], submit: 'Move here', wide: true,
    act: async () => {
      const target = browser.folder;
      if (target.join('/') === folder.join('/')) throw new Error('It is in this folder already. Choose another one.');
      await each(left, (name) => files.move([...folder, name], [...target, name]));
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
    title: `Delete ${amount(names)}?`,
    content: [element('p', {}, folders ? 'Folders are deleted with everything in them. ' : '', 'This cannot be undone. Links to it that you have sent stop working; copies that you have sent as a link stay.')],
    submit: 'Delete', danger: true,
    act: async () => {
      await each(left, (name) => files.remove([...folder, name]).catch((error) => { if (error.status !== 404) throw error; }));
    },
  });
}

/** One after the other. What has failed is told in one sentence, and stays in `names` for the next attempt. */
async function each(names, act) {
  const failed = [];
  for (const name of names) await act(name).catch((error) => failed.push({ name, error: taken(error, name) }));
  names.splice(0, names.length, ...failed.map(({ name }) => name));
  if (failed.length) throw new Error(failed.length === 1 ? failed[0].error.message : `${failed[0].error.message} (and ${failed.length - 1} more)`);
}

function taken(error, name) {
  return error.status === 409 ? new Error(`“${shownName(name)}”: ${error.message}.`) : error;
}

function nameField(value) {
  const input = element('input', { id: 'dialog-name', type: 'text', value, autocomplete: 'off', spellcheck: 'false', 'data-first': true });
  return {
    node: element('div', { class: 'dialog-field' }, element('label', { for: input.id }, 'Name'), input),
    name: () => {
      const name = input.value.trim();
      if (!name) throw new Error('Enter a name.');
      if (name.includes('/')) throw new Error('A name cannot have a slash.');
      return name;
    },
  };
}

function amount(names) {
  return names.length === 1 ? `“${shownName(names[0])}”` : `${names.length} items`;
}
