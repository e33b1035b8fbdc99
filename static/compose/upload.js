// One upload of a file. XMLHttpRequest, because `fetch` tells nothing about the progress of a request.

import { ApiError, SCRIPT_HEADERS, failure, resolve } from '../api.js';

/**
 * @param {File} file
 * @param {(share: number) => void} progress from 0 to 1
 * @returns {{location: Promise<string>, cancel: () => void}} a cancelled upload's location stays pending
 */
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const location = new Promise((fulfil, reject) => {
    request.open('POST', resolve(`mail/attachments/${encodeURIComponent(file.name)}`));
    for (const [name, value] of Object.entries(SCRIPT_HEADERS)) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    // A redirect would be followed out of sight, and download the file again.
    request.setRequestHeader('X-No-Location', 'true');
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      const answer = request.response;
      if (request.status < 300 && answer?.location) fulfil(answer.location);
      else reject(failure(request.status, answer, request.getResponseHeader('Retry-After')));
    };
    request.onerror = () => reject(new ApiError(0, 'The connection was lost.'));
    request.send(file);
  });
  return { location, cancel: () => request.abort() };
}
