// A request that carries a file. XMLHttpRequest, because `fetch` tells nothing about the progress of a request.

import { ApiError, SCRIPT_HEADERS, failure, resolve } from '../api.js';
import { t } from './language.js';

/**
 * @param {string} method
 * @param {string} path
 * @param {File} file
 * @param {{headers?: Record<string, string>, progress: (share: number) => void}} options `share`: from 0 to 1
 * @returns {{answer: Promise<any>, cancel: () => void}} a cancelled request's answer stays pending
 */
export function transfer(method, path, file, { headers = {}, progress }) {
  const request = new XMLHttpRequest();
  const answer = new Promise((fulfil, reject) => {
    request.open(method, resolve(path));
    const all = { ...SCRIPT_HEADERS, 'Content-Type': file.type || 'application/octet-stream', ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) fulfil(request.response);
      else reject(failure(request.status, request.response, request.getResponseHeader('Retry-After')));
    };
    request.onerror = () => reject(new ApiError(0, t('page.connectionLost')));
    request.send(file);
  });
  return { answer, cancel: () => request.abort() };
}
