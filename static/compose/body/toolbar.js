// The tools above a message. One stop for Tab, arrows within; pressing one leaves the focus in the message.

import { element } from '../../page/dom.js';
import { drawing } from '../../page/icons.js';
import { t } from '../../page/language.js';
import { openPanel } from './panel.js';
import { TOOL_ICONS } from './tool-icons.js';
import { ALIGNMENTS, COLOURS, HIGHLIGHTS, SIZES, TOOLS } from './tools.js';

/** @typedef {import('./tools.js').Tool} Tool */

export class Toolbar {
  /** @type {Partial<import('../../editor/protocol.js').Marks>} */
  #marks = {};
  #room = 0;

  /** @param {{command: (name: string, value?: string) => void, link: () => void, image: () => void, plain?: () => void, leave: () => void}} actions without `plain` there is no tool for that */
  constructor(actions) {
    this.actions = actions;
    this.tools = TOOLS.filter(({ act }) => act !== 'plain' || actions.plain);
    this.buttons = this.tools.map((tool) => this.#button(t(tool.word), tool.keys, tool.name, (button) => this.#use(tool, button), {
      'aria-pressed': tool.mark ? 'false' : null, 'aria-haspopup': tool.panel ? 'menu' : tool.act === 'link' ? 'dialog' : null, 'aria-expanded': tool.panel ? 'false' : null,
    }));
    this.more = this.#button(t('message.more'), '', 'more', (button) => this.#openMore(button), { 'aria-haspopup': 'menu', 'aria-expanded': 'false' });
    this.node = element('div', { class: 'editor-tools', role: 'toolbar', 'aria-label': t('message.tools'), onkeydown: (event) => this.#key(event) }, ...this.buttons, this.more);
    // The selection in the message stays what the tools are for.
    this.node.addEventListener('mousedown', (event) => event.preventDefault());
    this.observer = new ResizeObserver(() => this.#fit());
    this.observer.observe(this.node);
    this.#stopAt(this.buttons[0]);
    this.reflect({});
  }

  close() {
    this.observer.disconnect();
  }

  /** @param {Partial<import('../../editor/protocol.js').Marks>} marks of the selection */
  reflect(marks) {
    this.#marks = marks;
    this.tools.forEach(({ name, mark }, at) => {
      if (mark) this.buttons[at].setAttribute('aria-pressed', String(Boolean(marks[mark])));
      if (name === 'undo' || name === 'redo') this.buttons[at].setAttribute('aria-disabled', String(!marks[name]));
    });
  }

  /** @param {string} label @param {string | undefined} keys @param {keyof typeof TOOL_ICONS} symbol @param {(button: HTMLButtonElement) => void} act @param {Record<string, string | null>} attributes */
  #button(label, keys, symbol, act, attributes) {
    const node = element('button', {
      type: 'button', class: 'editor-tool', 'aria-label': label, title: keys ? `${label} (${keys})` : label, 'aria-keyshortcuts': keys ? keys.replaceAll('Ctrl', 'Control') : null, tabindex: -1, ...attributes,
      onclick: () => {
        this.#stopAt(node);
        act(node);
      },
    }, drawing(TOOL_ICONS[symbol], 18));
    return node;
  }

  /** @param {Tool} tool @param {HTMLButtonElement} button */
  #use(tool, button) {
    if ((tool.name === 'undo' || tool.name === 'redo') && !this.#marks[tool.name]) return;
    if (tool.panel) openPanel(button, t(tool.word), this.#groups(tool.panel), this.actions.leave);
    else if (tool.act) this.actions[tool.act]?.();
    else this.actions.command(tool.name);
  }

  /** @param {NonNullable<Tool['panel']>} panel @returns {import('./panel.js').Group[]} */
  #groups(panel) {
    const { command } = this.actions;
    if (panel === 'size') {
      return [{ choices: SIZES.map(([word, value]) => ({ label: t(word), content: [element('span', { class: `size-${value}` }, t(word))], checked: (this.#marks.size ?? 'normal') === value, act: () => command('size', value) })) }];
    }
    if (panel === 'align') {
      return [{ choices: ALIGNMENTS.map(([word, symbol, value]) => ({ label: t(word), content: [drawing(TOOL_ICONS[symbol], 16), t(word)], checked: (this.#marks.align ?? 'start') === value, act: () => command('align', value) })) }];
    }
    const swatches = (/** @type {string} */ name, /** @type {typeof COLOURS} */ colours) => colours.map(([word, value]) => ({ label: t(word), content: [swatch(name, value)], act: () => command(name, value) }));
    return [
      { label: t('message.colour'), swatches: true, choices: swatches('colour', COLOURS) },
      { label: t('message.highlight'), swatches: true, choices: swatches('highlight', HIGHLIGHTS) },
    ];
  }

  /** @param {HTMLButtonElement} button */
  #openMore(button) {
    const hidden = this.tools.filter((_, at) => this.buttons[at].hidden);
    openPanel(button, t('message.more'), [{
      choices: hidden.map((tool) => ({
        label: t(tool.word), content: [drawing(TOOL_ICONS[tool.name], 16), t(tool.word)], checked: tool.mark ? Boolean(this.#marks[tool.mark]) : undefined,
        disabled: (tool.name === 'undo' || tool.name === 'redo') && !this.#marks[tool.name],
        act: () => this.#use(tool, button),
      })),
    }], this.actions.leave);
  }

  /** Hides the last tools that have no room. */
  #fit() {
    const width = this.node.clientWidth;
    if (!width || width === this.#room) return;
    this.#room = width;
    const size = this.buttons[0].offsetWidth;
    const style = getComputedStyle(this.node);
    const room = Math.floor((width - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd)) / size);
    const fits = room >= this.tools.length ? this.tools.length : Math.max(1, room - 1);
    this.buttons.forEach((button, at) => { button.hidden = at >= fits; });
    this.more.hidden = fits === this.tools.length;
    if (!this.#stops.some(({ tabIndex }) => tabIndex === 0)) this.#stopAt(this.buttons[0]);
  }

  get #stops() {
    return [...this.buttons, this.more].filter(({ hidden }) => !hidden);
  }

  /** @param {HTMLButtonElement} button */
  #stopAt(button) {
    for (const each of [...this.buttons, this.more]) each.tabIndex = each === button ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const stops = this.#stops;
    const at = stops.findIndex((stop) => stop === document.activeElement);
    const ahead = getComputedStyle(this.node).direction === 'rtl' ? -1 : 1;
    /** @type {Record<string, number>} */
    const places = { ArrowRight: at + ahead, ArrowLeft: at - ahead, Home: 0, End: stops.length - 1 };
    const next = places[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const stop = stops[(next + stops.length) % stops.length];
    this.#stopAt(stop);
    stop.focus();
  }
}

/** @param {string} name @param {string} value a colour; empty: none */
function swatch(name, value) {
  const node = element('span', { class: `swatch-colour ${value ? `swatch-${name}` : 'swatch-none'}` });
  if (value) node.style.setProperty('--swatch', value);
  return node;
}
