// How many messages wait: on the icon of the installed page, and as a dot on that of the tab.

const plain = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="icon"]')).href;
/** @type {Promise<string> | null} the icon with a dot, as the address of a picture */
let dotted = null;
let shown = 0;

/** @param {number} count */
export async function showCount(count) {
  if (count === shown) return;
  shown = count;
  const { setAppBadge, clearAppBadge } = /** @type {Partial<NavigatorBadge>} */ (navigator);
  (count ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator))?.catch(() => {});
  const icon = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="icon"]'));
  if (!count) {
    icon.href = plain;
    return;
  }
  dotted ??= withDot();
  const address = await dotted.catch(() => plain);
  if (shown) icon.href = address;
}

async function withDot() {
  const text = await (await fetch(plain)).text();
  const dot = '<circle cx="37" cy="37" r="10" fill="#d93025" stroke="#fff" stroke-width="3"/></svg>';
  return `data:image/svg+xml,${encodeURIComponent(text.trim().replace(/<\/svg>$/, dot))}`;
}
