// The title of the tab: the page that is shown, or what is more urgent.

export const PRODUCT = document.title;
let page = PRODUCT;
/** @type {string | null} */
let urgent = null;

/** @param {string} name of what the tab shows; empty: nothing in particular */
export function nameTab(name) {
  page = name ? `${name} – ${PRODUCT}` : PRODUCT;
  document.title = urgent ?? page;
}

/** @param {string | null} text in place of the page's name; null: nothing is urgent any more */
export function titleInstead(text) {
  urgent = text;
  document.title = urgent ?? page;
}
