// "From my files": a dialog in which files and folders are chosen for a message.

import { FolderBrowser } from '../files/folder-browser.js';
import { UserFiles } from '../files/user-files.js';
import { ask } from '../page/dialog.js';
import { t } from '../page/language.js';

/** @param {string} login @returns {Promise<{path: string, name: string, size: number, folder: boolean}[] | null>} null: given up */
export function chooseFiles(login) {
  const browser = new FolderBrowser(new UserFiles(login), { choose: true });
  return ask({
    title: t('attachments.chooseOwn'), content: [browser.node], submit: t('attachments.attach'), wide: true,
    act: async () => {
      if (!browser.chosen.size) throw new Error(t('attachments.chooseSome'));
      return [...browser.chosen.values()].map(({ path, name, size, type }) => ({ path, name, size: size ?? 0, folder: type === 'folder' }));
    },
  });
}
