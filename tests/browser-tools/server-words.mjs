// Messages that the server has for people, found in its sources, and what the web client says in German in their place, as
// JSON: `[message, words or null]`. Its arguments are the root of the repository and messages that no source has whole.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [root, ...others] = process.argv.slice(2);

// What the modules of the page look at when they are loaded.
globalThis.localStorage = { getItem: () => 'de' };
globalThis.navigator ??= {};
Object.defineProperty(globalThis.navigator, 'languages', { value: ['de'] });
const { ready, serverWords } = await import(pathToFileURL(join(root, 'static/page/server-words.js')).href);
await ready;

/** A text of Rust, with what goes before it where that says that a caller is told it. */
const TEXT = '"((?:[^"\\\\]|\\\\[\\s\\S])*)"';
const TOLD = [
  new RegExp(`ApiError::(?!attribute\\b)(\\w+)\\(\\s*(?:StatusCode::\\w+,\\s*|status,\\s*)?(?:format!\\(\\s*)?${TEXT}`, 'g'),
  new RegExp(`let (message|what|full|known|told) =\\s*(?:format!\\(\\s*)?${TEXT}`, 'g'),
  new RegExp(`(#\\[error)\\(\\s*(?="[A-Z{])${TEXT}`, 'g'),
  new RegExp(`ApiError::(attribute)\\(\\s*"([\\w.]+",\\s*(?:format!\\(\\s*)?"(?:[^"\\\\]|\\\\[\\s\\S])*)"`, 'g'),
];

const found = new Set(others);
for (const name of readdirSync(join(root, 'src'), { recursive: true }).map(String).sort()) {
  if (!name.endsWith('.rs') || /(^|\/)tests(\.rs|\/)|^(cli|config|discovery|telemetry|shares\/page|store\/(?!incoming))/.test(name)) continue;
  const [text] = readFileSync(join(root, 'src', name), 'utf8').split('#[cfg(test)]');
  for (const pattern of TOLD) {
    for (const [, constructor, said] of text.matchAll(pattern)) {
      if (constructor === 'internal') continue;
      const message = constructor === 'attribute' ? attribute(said) : said;
      found.add(filled(message));
    }
  }
}

/** As `ApiError::attribute` puts it. @param {string} said name and reason, with what stands between them in the source */
function attribute(said) {
  const [name, reason] = said.split(/",\s*(?:format!\(\s*)?"/);
  return reason === undefined ? said : `Attribute '${name}': ${reason}`;
}

/** With a number in all gaps, and lines put together. @param {string} text */
function filled(text) {
  return text.replace(/\\\n\s*/g, '').replace(/\{[^{}]*\}/g, '7').replaceAll('\\"', '"');
}

// What is nothing but gaps is told by what fills them.
process.stdout.write(JSON.stringify([...found].filter((message) => /[A-Z]\w+ |\w+ \w+/.test(message)).map((message) => [message, serverWords(message)])));
