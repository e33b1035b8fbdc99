// Images that go into the text: small enough for a mail that people like to get, smaller if need be.

import { toast } from '../../page/toast.js';
import { t } from '../../page/language.js';

const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
/**
 * @typedef {object} Limits
 * @property {number} asItIs bytes of an image that is taken as it is
 * @property {number} most bytes of any image
 * @property {number} side pixels of the longer side
 * @property {import('../../page/language.js').Word} [left] what becomes of one that is not taken
 */

/** @type {Limits} */
const OF_MESSAGE = { asItIs: 400_000, most: 1_500_000, side: 1600 };
const QUALITY = 0.85;

/** @param {File} file @param {Limits} [limits] @returns {Promise<{src: string, alt: string} | null>} null: not for the text; the person is told why */
export async function readImage(file, limits = OF_MESSAGE) {
  if (!TYPES.includes(file.type)) return null;
  const small = await shrunk(file, limits).catch(() => null);
  if (!small || small.size > limits.most) {
    toast(t(limits.left ?? 'message.imageAttached', { name: file.name }), { warning: t(small ? 'message.imageTooLarge' : 'message.imageBroken') });
    return null;
  }
  return { src: await dataUrl(small), alt: file.name.replace(/\.[^.]*$/, '') };
}

/** @param {File} file @param {Limits} limits @returns {Promise<Blob>} */
async function shrunk(file, { asItIs, side }) {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const scale = Math.min(1, side / Math.max(width, height));
  // Drawing it would stop what moves.
  if (file.type === 'image/gif' || (scale === 1 && file.size <= asItIs)) return file;
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  if (file.type === 'image/png') {
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const png = await canvas.convertToBlob({ type: 'image/png' });
    if (png.size <= asItIs) return png;
  }
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((fulfil, reject) => {
    const reader = new FileReader();
    reader.onload = () => fulfil(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
