// One row with the progress of a download or an upload.

import { t } from './words.js';

/** Screen readers hear of progress this often. */
const SPOKEN = 5000;

export class Transfer {
  /** @param {HTMLElement} list @param {string} name @param {number} size bytes */
  constructor(list, name, size) {
    this.row = document.createElement(list.tagName === 'UL' ? 'li' : 'div');
    this.row.className = 'transfer';
    const label = element('span', 'transfer-name');
    const text = document.createElement('bdi');
    text.textContent = name;
    label.append(text);
    this.acts = element('span', 'transfer-acts');
    this.bar = document.createElement('progress');
    this.bar.setAttribute('aria-label', `${t('transfers')}: ${name}`);
    this.bar.max = Math.max(size, 1);
    this.state = element('span', 'transfer-state');
    this.state.textContent = t('starting');
    this.spoken = element('span', 'unseen');
    this.spoken.setAttribute('role', 'status');
    this.spokenAt = 0;
    this.row.append(label, this.acts, this.bar, this.state, this.spoken);
    list.append(this.row);
  }

  /** @param {() => void} cancel */
  cancellable(cancel) {
    this.row.dataset.state = 'running';
    this.bar.hidden = false;
    this.act(t('cancel'), cancel);
  }

  /** @param {number} done @param {number} all @param {string} words */
  moved(done, all, words) {
    this.bar.max = Math.max(all, 1);
    this.bar.value = done;
    this.state.textContent = words;
    if (Date.now() - this.spokenAt > SPOKEN) this.speak(words);
  }

  /** @param {string} words */
  done(words) {
    this.end('done', words);
  }

  /** @param {string} words @param {() => void} retry */
  failed(words, retry) {
    this.end('failed', words);
    this.act(t('retry'), retry);
  }

  /** @param {'done' | 'failed'} state @param {string} words */
  end(state, words) {
    this.row.dataset.state = state;
    this.bar.hidden = true;
    this.state.textContent = words;
    this.acts.replaceChildren();
    this.speak(words);
  }

  /** @param {string} name @param {() => void} run */
  act(name, run) {
    const had = this.acts.contains(document.activeElement);
    const button = element('button', 'button small');
    button.type = 'button';
    button.textContent = name;
    button.addEventListener('click', run);
    this.acts.replaceChildren(button);
    if (had) button.focus();
  }

  /** @param {string} words */
  speak(words) {
    this.spokenAt = Date.now();
    this.spoken.textContent = words;
  }
}

/** @template {keyof HTMLElementTagNameMap} K @param {K} kind @param {string} className @returns {HTMLElementTagNameMap[K]} */
function element(kind, className) {
  const made = document.createElement(kind);
  made.className = className;
  return made;
}
