// Which page the address names: `#files/<names>`, `#shares`; anything else is the home page. No server ever sees it.

/** @typedef {{page: string, names: string[]}} Route `names`: the path within the page */

/** @returns {Route} */
export function currentRoute() {
  const [page, ...names] = location.hash.slice(1).split('/');
  return { page, names: names.filter(Boolean).map(decoded) };
}

/**
 * Written out: a bare `#…` would be relative to <base>, which may differ from the address of the page.
 * @param {string} page @param {string[]} [names]
 */
export function routeHref(page, names = []) {
  return `${location.pathname}${location.search}#${[page, ...names.map(encodeURIComponent)].join('/')}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
