// Requests to the gateway, with the session cookie as the credential.

import { t } from './page/language.js';
import { serverWords } from './page/server-words.js';

/** Milliseconds after which a request counts as unanswered. */
const PATIENCE = 20_000;

/** Sent with every request: the server answers 401 without a challenge, so that the browser opens no dialog of its own. */
export const SCRIPT_HEADERS = { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' };

/** An answer that is no success, in words for the person at the page. `status` 0: there was no answer. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message @param {any} [details] @param {number} [retryAfter] seconds */
  constructor(status, message, details, retryAfter) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.details = details;
    this.retryAfter = retryAfter;
    /** The message is the server's own, in English. */
    this.english = false;
    /** What the server said, whatever the language of the page. */
    this.own = message;
  }
}

let reportSignedOut = () => {};

/** @param {() => void} listener called at each 401; one that answers a sign-in means nothing new */
export function onSignedOut(listener) {
  reportSignedOut = listener;
}

/** @param {string} path as the contract writes it ("/mail/…") or relative; it always means: below the base path */
export function resolve(path) {
  return new URL(path.replace(/^\/+/, ''), document.baseURI);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{json?: unknown, headers?: Record<string, string>, patience?: number, signal?: AbortSignal}} [options] `signal`: gives the request up
 * @returns {Promise<any>} the decoded answer
 */
export async function request(method, path, { json, headers: more = {}, patience = PATIENCE, signal } = {}) {
  const headers = { ...SCRIPT_HEADERS, ...(json === undefined ? {} : { 'Content-Type': 'application/json' }), ...more };
  let status = 0;
  let answer = null;
  let retryAfter = null;
  try {
    const response = await fetch(resolve(path), {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      body: json === undefined ? undefined : JSON.stringify(json),
      signal: AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]),
    });
    status = response.status;
    retryAfter = response.headers.get('Retry-After');
    const text = await response.text();
    answer = text ? JSON.parse(text) : {};
  } catch {
    if (status === 0) throw new ApiError(0, t('page.serverSilent'));
  }
  if (status >= 200 && status < 300 && answer) return answer;
  throw failure(status, answer, retryAfter);
}

/**
 * Also for uploads, which do not go through `request`.
 * @param {number} status @param {any} answer @param {string | null} [retryAfter] in seconds
 */
export function failure(status, answer, retryAfter) {
  if (status === 401) reportSignedOut();
  const own = typeof answer?.message === 'string' ? answer.message : '';
  const known = own ? serverWords(own) : t('page.serverError', { status });
  const message = known ?? own;
  const seconds = Number(retryAfter) || undefined;
  const whole = status === 429 && seconds ? t('page.tryAgainIn', { problem: message, seconds }) : message;
  const error = new ApiError(status, whole, answer?.details, seconds);
  error.english = known === null;
  error.own = own;
  return error;
}
