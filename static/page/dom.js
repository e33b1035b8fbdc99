// Builds elements without markup strings, so that data can never become HTML.

/**
 * Attributes that are functions become listeners (`onclick` → "click"); false, null and undefined are left out.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Listeners & Record<string, unknown>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * @template {string} Id
 * @param {Id} id of an element that index.html contains
 * @returns {Id extends keyof Ids ? Ids[Id] : HTMLElement}
 */
export function byId(id) {
  return /** @type {any} */ (document.getElementById(id));
}

/**
 * Assistive technology that sets a control may tell of `change` alone, and people expect an effect at `input`.
 * @param {HTMLElement} node a control, or what holds some @param {() => void} listener
 */
export function whenChosen(node, listener) {
  for (const kind of ['input', 'change']) node.addEventListener(kind, listener);
}
