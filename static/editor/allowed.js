// What a message may hold: elements, their attributes, styles. All else is taken out of it.

/** Names, with the attributes that each may have beside `dir`, `lang`, `title` and a safe `style`. */
export const ELEMENTS = new Map(Object.entries({
  a: 'href', abbr: '', b: '', bdi: '', bdo: '', big: '', blockquote: '', br: '', caption: 'align', center: '', cite: '', code: '',
  col: 'span width', colgroup: 'span width', dd: '', del: '', dfn: '', div: 'align', dl: '', dt: '', em: '', font: 'color face size',
  h1: 'align', h2: 'align', h3: 'align', h4: 'align', h5: 'align', h6: 'align', hr: '', i: '', img: 'alt width height', ins: '', kbd: '',
  li: 'value', mark: '', ol: 'start type reversed', p: 'align', pre: '', q: '', s: '', samp: '', small: '', span: '', strike: '', strong: '',
  sub: '', sup: '', table: 'width border cellpadding cellspacing bgcolor align', tbody: '', td: 'colspan rowspan width height align valign bgcolor nowrap',
  tfoot: '', th: 'colspan rowspan width height align valign bgcolor nowrap scope', thead: '', tr: 'align valign bgcolor', tt: '', u: '', ul: 'type', var: '', wbr: '',
}).map(([name, attributes]) => [name, new Set(attributes.split(' '))]));

/** Elements that are a block of their own without meaning more than one. */
export const AS_DIV = new Set('address article aside details dialog fieldset figcaption figure footer form header hgroup legend main nav section summary'.split(' '));

/** Elements that go together with what they hold. All that are not named here leave their content. */
export const DROPPED = new Set(('applet area audio base button canvas datalist embed frame frameset head iframe input link map math meta meter noembed '
  + 'noframes noscript object optgroup option param plaintext portal progress script select source style svg template textarea title track video xml xmp').split(' '));

export const BLOCKS = new Set('blockquote caption center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead tr ul'.split(' '));

/** White space between their children means nothing. */
export const STRUCTURAL = new Set('table thead tbody tfoot tr ul ol dl colgroup'.split(' '));

const EVERYWHERE = new Set(['dir', 'lang', 'title']);

/** @param {string} element @param {string} attribute */
export function mayHave(element, attribute) {
  return EVERYWHERE.has(attribute) || (ELEMENTS.get(element)?.has(attribute) ?? false);
}

/** What cannot fetch, cover, hide or move anything. */
const STYLES = /^(color|background-color|font-(family|size|style|weight|variant(-caps)?)|line-height|letter-spacing|word-spacing|text-(align|indent|transform|decoration-(line|style|color))|vertical-align|white-space(-collapse)?|text-wrap-mode|word-break|overflow-wrap|direction|unicode-bidi|list-style-(type|position)|border-(collapse|spacing)|border-(block|inline)-(start|end)-(width|style|color)|(border-((top|right|bottom|left)-(width|style|color)|(top|bottom)-(left|right)-radius))|(margin|padding)-(top|right|bottom|left)|(min-|max-)?(width|height)|table-layout|caption-side|empty-cells|float|clear)$/;

const HARMFUL_VALUE = /url|image|var\(|env\(|attr\(|expression|\\|[<>@]|(^|\s)-[\d.]/i;
const VALUE_MAX = 200;

/** @param {string} property a longhand @param {string} value */
export function isSafeStyle(property, value) {
  return STYLES.test(property) && value.length <= VALUE_MAX && !HARMFUL_VALUE.test(value);
}

/** Of what is pasted only the marks stay: fonts and distances are those of the message. */
export const PASTED_STYLES = new Set(['color', 'background-color', 'font-style', 'font-weight', 'text-align', 'text-decoration-line', 'vertical-align', 'list-style-type']);

const PICTURE = /^data:image\/(png|jpe?g|gif|webp);base64,[a-z0-9+/=\s]+$/i;

/** @param {string} url @returns {boolean} an image that the message carries in itself */
export function isPicture(url) {
  return PICTURE.test(url.trim());
}

/** @param {string} url @returns {boolean} */
export function isRemote(url) {
  return /^https?:\/\//i.test(url.trim()) && URL.canParse(url.trim());
}

/** @param {string} url @returns {boolean} where a link may lead */
export function isLink(url) {
  if (!URL.canParse(url.trim())) return false;
  return ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(url.trim()).protocol);
}
