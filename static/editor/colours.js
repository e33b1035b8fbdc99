// Colours as they stand in styles, and whether they mean anything on the white of a message.

/** @param {string} value @returns {[number, number, number, number] | null} red, green, blue of 255, and alpha of 1 */
function channels(value) {
  const numbers = /^rgba?\(([^)]*)\)$/.exec(value)?.[1].split(/[\s,/]+/).map(Number);
  if (numbers && numbers.length >= 3 && numbers.every(Number.isFinite)) return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  return null;
}

/** Names that programs write for what is no colour. */
const NO_COLOUR = /^(black|windowtext|initial|inherit|unset|revert|currentcolor|transparent|canvastext|white)$/i;

/** How bright it is, from 0 to 1 (Rec. 709, without gamma: near enough to tell dark from light). @param {number[]} channels */
function brightness([red, green, blue]) {
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** @param {string} value @returns {boolean} text in it looks like text without, or could not be read */
export function isPlainColour(value) {
  const colour = channels(value);
  if (!colour) return NO_COLOUR.test(value) || !/^[a-z]+$/i.test(value);
  return Math.max(colour[0], colour[1], colour[2]) < 72 || brightness(colour) > 0.72 || colour[3] < 0.5;
}

/** @param {string} value @returns {boolean} behind text it is white, or would hide text */
export function isPlainBackground(value) {
  const colour = channels(value);
  if (!colour) return NO_COLOUR.test(value) || !/^[a-z]+$/i.test(value);
  return Math.min(colour[0], colour[1], colour[2]) > 246 || brightness(colour) < 0.5 || colour[3] < 0.5;
}
