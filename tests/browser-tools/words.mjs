// What tests ask of the words of the web client, as JSON: those of each language, the keys that are used, and texts in
// scripts that look as if somebody were to read them. Its argument is the folder `static`.

import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const [root] = process.argv.slice(2);
const LANGUAGES = join(root, 'language');
const files = readdirSync(root, { recursive: true }).map(String).sort();

const words = {};
for (const name of readdirSync(LANGUAGES)) words[name] = (await import(pathToFileURL(join(LANGUAGES, name)).href)).default;

/** Attributes and properties whose values nobody reads. */
const SILENT = new Set(['class', 'className', 'd', 'rel', 'role', 'autocomplete', 'sandbox', 'inputmode', 'stroke-linecap', 'allow']);
/** Names that the web gives: of keys, events, headers, errors, elements. */
const NAMES = /^(Escape|Enter|Tab|Home|End|Page(Up|Down)|Backspace|Delete|Space|Control|Shift|Alt|Meta|Process|Dead|Unidentified|Arrow\w+|Files|Range|Accept|Notification|Abort\w*Error|\w+Error|Key[A-Z]|Digit\d|Mac|Win\w*|iPhone|iPad|Android|use strict|Esc|(Ctrl|Alt)\+?.*|Edge|Opera|Samsung Internet|Firefox|Thunderbird|Chrome|Safari|ChromeOS|Linux)$/;
const HEADER = /^[A-Z]\w*(-[A-Z]\w*)+$/;
const SENTENCE = /^[“"(]?[A-Z][a-z]+|\p{L}{2,} \p{L}+( \p{L}+)* *[.?!:…]|^ ?\p{L}+ \p{L}+ ?$/u;

const used = new Set();
const literals = [];

function read(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) check(node, node.text);
    if (ts.isTemplateExpression(node)) for (const part of [node.head, ...node.templateSpans.map(({ literal }) => literal)]) check(node, part.text);
    ts.forEachChild(node, visit);
  };
  const check = (node, said) => {
    used.add(said);
    if (isSilent(node) || NAMES.test(said) || HEADER.test(said) || !SENTENCE.test(said)) return;
    literals.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${said}`);
  };
  visit(source);
}

/** Whether it is the value of something that nobody reads, or a selector or name handed to a function of the web. */
function isSilent(node) {
  for (let at = node.parent, child = node; at; child = at, at = at.parent) {
    if (ts.isPropertyAssignment(at)) return at.name !== child && SILENT.has(at.name.text);
    if (ts.isBinaryExpression(at) && (at.operatorToken.kind === ts.SyntaxKind.InKeyword || /\.className$/.test(at.left.getText()))) return true;
    if (ts.isCallExpression(at)) return /(querySelector(All)?|closest|matches|toggleAttribute|setAttribute|createElement|addEventListener|classList\.\w+|execCommand\w*|createPolicy|import|console\.\w+)$/.test(at.expression.getText());
    if (ts.isNewExpression(at)) return /Error$/.test(at.expression.getText()) === false && /(RegExp|URL|Event|Intl\.\w+)$/.test(at.expression.getText());
    if (ts.isBlock(at) || ts.isSourceFile(at)) return false;
  }
  return false;
}

for (const file of files) {
  if (file.endsWith('.js') && !file.startsWith('language')) read(relative('.', file));
  if (file.endsWith('.html')) for (const [, key] of readFileSync(join(root, file), 'utf8').matchAll(/data-t(?:-\w+)?="([^"]+)"/g)) used.add(key);
}
process.stdout.write(JSON.stringify({ words, used: [...used], literals }));
