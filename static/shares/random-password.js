// A password that is easy to read out and hard to guess: 79 bits.

/** Without letters and digits that look alike. 31 signs. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';
const LENGTH = 16;
const GROUP = /.{4}(?=.)/g;
/** From here on a byte would prefer the first signs. */
const UNEVEN = 256 - (256 % SIGNS.length);

/** @returns {string} such as "k7mq-x3dp-w9tz-h4bn" */
export function randomPassword() {
  let password = '';
  while (password.length < LENGTH) {
    const even = [...crypto.getRandomValues(new Uint8Array(LENGTH))].filter((byte) => byte < UNEVEN);
    password += even.map((byte) => SIGNS[byte % SIGNS.length]).join('');
  }
  return password.slice(0, LENGTH).replace(GROUP, '$&-');
}
