// The files of the user over REST, and in words what goes wrong with them.

import { ApiError, request } from '../api.js';
import { withHumanSizes } from '../page/bytes.js';
import { t } from '../page/language.js';
import { transfer } from '../page/transfer.js';
import { apiPath, pathOf } from './paths.js';

/** Milliseconds: folders of thousands of files may be listed, moved and deleted. */
const PATIENCE = 60_000;

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {'file' | 'folder'} type
 * @property {number | null} size in bytes
 * @property {string} modified RFC 3339
 * @property {string | null} etag as in the header; folders have none
 */

export class UserFiles {
  /** @param {string} login */
  constructor(login) {
    this.login = login;
  }

  /** @param {string[]} names @returns {string} `/home/<login>/…` */
  path(names) {
    return pathOf(this.login, names);
  }

  /** @param {string[]} folder @returns {Promise<Entry[]>} folders first, then by name */
  async list(folder) {
    const { entries } = await this.#request('GET', this.path(folder));
    if (!entries) throw new ApiError(404, t('files.notAFolder'));
    return entries;
  }

  /** @param {string[]} names */
  makeFolder(names) {
    return this.#request('POST', this.path(names), '?mkdir');
  }

  /** @param {string[]} from @param {string[]} to */
  move(from, to) {
    return this.#request('POST', this.path(from), `?move=${encodeURIComponent(this.path(to))}`);
  }

  /** Folders go with all that is in them. @param {string[]} names */
  remove(names) {
    return this.#request('DELETE', this.path(names));
  }

  /**
   * @param {string[]} names @param {File} file
   * @param {{replaces: string | null, progress: (share: number) => void}} options
   *   `replaces`: the ETag of what is replaced; null: there must be nothing of this name
   */
  put(names, file, { replaces, progress }) {
    /** @type {Record<string, string>} */
    const headers = replaces === null ? { 'If-None-Match': '*' } : { 'If-Match': replaces };
    const { answer, cancel } = transfer('PUT', apiPath(this.path(names)), file, { headers, progress });
    return { answer: answer.catch((error) => { throw inWords(error); }), cancel };
  }

  /** @param {string} method @param {string} path @param {string} [query] */
  async #request(method, path, query = '') {
    try {
      return await request(method, apiPath(path) + query, { patience: PATIENCE });
    } catch (error) {
      throw inWords(error);
    }
  }
}

/** What is wrong, and what to do. @param {unknown} error @returns {unknown} of the same status */
function inWords(error) {
  const { status, message, details } = /** @type {ApiError} */ (error);
  const said = TEXTS[status]?.(withHumanSizes(message));
  return said ? new ApiError(status, said, details) : error;
}

/** @type {Record<number, (problem: string) => string>} */
const TEXTS = {
  0: (problem) => t('files.unreachable', { problem }),
  404: () => t('files.gone'),
  413: (problem) => t('files.tooLarge', { problem }),
  507: (problem) => t('files.noRoom', { problem }),
};
