// Exponential back-off with full jitter: after a restart of the server its browsers come back spread over time.

const FIRST = 500;
const LONGEST = 30_000;

/** @param {number} attempt from 0 @returns {number} milliseconds */
export function retryDelay(attempt) {
  return Math.random() * Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
}
