// Names of files as people are to read them.

/** Characters that turn the direction of writing: `cod.exe` could look like `exe.doc`. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** @param {string} name */
export function shownName(name) {
  return name.replace(TURNING, '\u{fffd}');
}
